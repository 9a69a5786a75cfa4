// SPDX-License-Identifier: Apache-2.0
#include "entitlements/config.hpp"

#include "base/command_line.hpp"
#include "events/topics.hpp"
#include "http/cors.hpp"

namespace tollgate::entitlements {
namespace {

// Stripe delivers and lists events for thirty days; pruning must not meet one that comes late.
constexpr std::int64_t facts_retention_days_min = 60;

}  // namespace

Config read_config(Settings& settings) {
  Config config;
  config.http_listen = settings.endpoint("HTTP_LISTEN", "Where entitlements are read", ":8082");
  config.admin_listen =
      settings.endpoint("ADMIN_LISTEN", "Where /livez, /readyz and /metrics are", ":9082");
  config.log_level = read_log_level(settings);
  config.database_url = settings.required_text(
      "DATABASE_URL", "PostgreSQL, e.g. postgresql://user:password@host:5432/entitlements",
      Secrecy::secret);
  config.database_pool_size = static_cast<std::size_t>(settings.integer(
      "DATABASE_POOL_SIZE", "Connections for reads; the process holds ten more", 4, 1, 100));
  config.kafka_properties = kafka::read_properties(settings);
  config.topic = settings.text("STRIPE_EVENTS_TOPIC", "Topic that holds the events",
                               std::string{events::stripe_events_topic});
  config.changes_topic =
      settings.text("ENTITLEMENTS_CHANGES_TOPIC", "Topic that gets each user's current state",
                    std::string{events::entitlements_changes_topic});
  config.facts_retention = std::chrono::days{settings.integer(
      "FACTS_RETENTION_DAYS", "After that, snapshots that others have superseded are removed", 400,
      facts_retention_days_min, 36'500)};
  config.catalog_file =
      settings.required_text("CATALOG_FILE", "Plans, features and policy (catalog.yaml)");
  config.stripe = stripe::read_api_settings(settings);
  config.stripe_requests_per_second = static_cast<double>(settings.integer(
      "STRIPE_REQUESTS_PER_SECOND", "How often this process may ask Stripe", 20, 1, 1'000));
  config.sweep_interval = std::chrono::seconds{settings.integer(
      "SWEEP_INTERVAL_S", "Stripe's events are compared with those here so often", 300, 1, 86'400)};
  config.user_auth = http::read_user_auth(settings);
  config.services = http::read_service_tokens(settings);
  config.cors_origins = http::read_origins(
      settings, "CORS_ORIGINS", "Origins whose pages may call /v1/me, e.g. https://shop.example");
  config.instance = kafka::read_instance_name(settings, config.http_listen);
  return config;
}

}  // namespace tollgate::entitlements
