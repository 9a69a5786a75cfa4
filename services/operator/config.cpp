// SPDX-License-Identifier: Apache-2.0
#include "operator/config.hpp"

#include "base/command_line.hpp"
#include "events/topics.hpp"

namespace tollgate::operations {

Config read_config(Settings& settings) {
  Config config;
  config.log_level = read_log_level(settings);
  config.kafka_properties = kafka::read_properties(settings);
  config.stripe_events_topic = settings.text("STRIPE_EVENTS_TOPIC", "Topic that holds the events",
                                             std::string{events::stripe_events_topic});
  config.stripe_events_retention_days = settings.integer(
      "STRIPE_EVENTS_RETENTION_DAYS", "How long the raw archive keeps an event; replay needs it",
      events::stripe_events_retention_days_default, 1, 36'500);
  config.entitlements_changes_topic =
      settings.text("ENTITLEMENTS_CHANGES_TOPIC", "Topic that gets each user's current state",
                    std::string{events::entitlements_changes_topic});
  config.stripe = stripe::read_api_settings(settings);
  config.catalog_file =
      settings.required_text("CATALOG_FILE", "Plans and one-off products (catalog.yaml)");
  return config;
}

}  // namespace tollgate::operations
