// SPDX-License-Identifier: Apache-2.0
#include "checkout/config.hpp"

#include "base/command_line.hpp"
#include "events/topics.hpp"
#include "http/cors.hpp"

namespace tollgate::checkout {
namespace {

void read_selling(Settings& settings, Config& config) {
  config.catalog_file = settings.required_text("CATALOG_FILE", "What is sold (catalog.yaml)");
  config.cors_origins = http::read_origins(
      settings, "CORS_ORIGINS", "Origins whose pages may call the API, e.g. https://shop.example");
  config.redirect_origins = http::read_origins(
      settings, "REDIRECT_ORIGINS", "Origins to which buyers may be sent back from Stripe's pages");
  const std::int64_t user_requests = settings.integer(
      "USER_REQUESTS_PER_MINUTE",
      "How often one user may ask this process, a quarter of it at once; more is 429. The status "
      "of a Checkout Session counts a quarter",
      1'200, 1, 100'000);
  config.user_requests_per_minute = static_cast<double>(user_requests);
  config.payment_methods_allowed = settings.list(
      "PAYMENT_METHODS_ALLOWED", "Checkout offers only these; without it Stripe chooses");
  config.payment_methods_excluded = settings.list(
      "PAYMENT_METHODS_EXCLUDED", "Checkout never offers these of what Stripe would choose");
  config.refund_doubles =
      settings.choice("DOUBLE_PURCHASES",
                      "A second subscription bought in spite of the guard: report it, or also "
                      "end it and give its money back if it is later than the one that is kept",
                      {"report", "refund"}, "report") == "refund";
}

}  // namespace

Config read_config(Settings& settings) {
  Config config;
  config.http_listen = settings.endpoint("HTTP_LISTEN", "Where the frontend asks", ":8081");
  config.admin_listen =
      settings.endpoint("ADMIN_LISTEN", "Where /livez, /readyz and /metrics are", ":9081");
  config.log_level = read_log_level(settings);
  config.database_url = settings.required_text(
      "DATABASE_URL", "PostgreSQL, e.g. postgresql://user:password@host:5432/checkout",
      Secrecy::secret);
  config.database_pool_size = static_cast<std::size_t>(settings.integer(
      "DATABASE_POOL_SIZE", "Connections for requests; the process holds one more", 4, 1, 100));
  config.kafka_properties = kafka::read_properties(settings);
  config.topic = settings.text("STRIPE_EVENTS_TOPIC", "Topic that holds the events",
                               std::string{events::stripe_events_topic});
  config.stripe = stripe::read_api_settings(settings);
  if (config.stripe.secret_key.empty()) {
    settings.fault("STRIPE_SECRET_KEY", "is missing: nothing can be sold without Stripe");
  }
  config.stripe_requests_per_second = static_cast<double>(settings.integer(
      "STRIPE_REQUESTS_PER_SECOND",
      "How often this process may ask Stripe: 15 in test mode, 50 in live mode unless set. Stripe "
      "takes 25 and 100 of all processes together, entitlements asks up to 20",
      config.stripe.mode == stripe::Mode::live ? 50 : 15, 1, 1'000));
  config.user_auth = http::read_user_auth(settings);
  // No route takes one; a list that another service would refuse is refused here too.
  http::read_service_tokens(settings, false);
  read_selling(settings, config);
  config.instance = kafka::read_instance_name(settings, config.http_listen);
  return config;
}

}  // namespace tollgate::checkout
