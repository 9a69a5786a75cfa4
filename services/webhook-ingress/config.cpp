// SPDX-License-Identifier: Apache-2.0
#include "webhook-ingress/config.hpp"

#include "base/command_line.hpp"
#include "events/topics.hpp"
#include "stripe/webhook_signature.hpp"

namespace tollgate::ingress {
namespace {

// Stripe publishes no size limit for events; 1 MiB is a hundred times what has been seen.
constexpr std::size_t body_bytes_max = 1024 * 1024;

http::ServerLimits read_limits(Settings& settings) {
  http::ServerLimits limits;
  limits.body_bytes_max = body_bytes_max;
  limits.connections_max = static_cast<std::size_t>(
      settings.integer("CONNECTIONS_MAX", "Open connections in all; one more is closed at once",
                       10'000, 1, 1'000'000));
  limits.connections_per_address_max = static_cast<std::size_t>(
      settings.integer("CONNECTIONS_PER_ADDRESS_MAX",
                       "Open connections of one client address; a proxy in front is one address",
                       2'000, 1, 1'000'000));
  limits.request_max = std::chrono::milliseconds{settings.integer(
      "REQUEST_MAX_MS", "Time to send a whole request, then 408", 10'000, 100, 600'000)};
  limits.idle_max = std::chrono::milliseconds{settings.integer(
      "IDLE_MAX_MS", "Time a connection may be silent between requests", 60'000, 100, 3'600'000)};
  return limits;
}

std::vector<std::string> read_webhook_secrets(Settings& settings) {
  const std::string name = "STRIPE_WEBHOOK_SECRETS";
  auto secrets = settings.required_list(
      name, "Signing secrets of the webhook endpoint (whsec_…), comma-separated", Secrecy::secret);
  constexpr std::size_t secrets_max = stripe::WebhookSignature::secrets_max;
  if (secrets.size() > secrets_max) {
    settings.fault(name, "has " + std::to_string(secrets.size()) + " elements, but at most " +
                             std::to_string(secrets_max) + " are checked");
  }
  return secrets;
}

}  // namespace

Config read_config(Settings& settings) {
  Config config;
  config.http_listen = settings.endpoint("HTTP_LISTEN", "Where Stripe's webhooks arrive", ":8080");
  config.admin_listen =
      settings.endpoint("ADMIN_LISTEN", "Where /livez, /readyz and /metrics are", ":9080");
  config.log_level = read_log_level(settings);
  config.webhook_secrets = read_webhook_secrets(settings);
  config.kafka_properties = kafka::read_properties(settings);
  config.topic = settings.text("STRIPE_EVENTS_TOPIC", "Topic that takes the events",
                               std::string{events::stripe_events_topic});
  config.queue_kbytes_max = static_cast<std::int32_t>(settings.integer(
      "PUBLISH_QUEUE_KBYTES_MAX", "Records waiting for the broker; a full queue answers 503",
      65'536, 64, 2'097'151));
  config.limits = read_limits(settings);
  return config;
}

}  // namespace tollgate::ingress
