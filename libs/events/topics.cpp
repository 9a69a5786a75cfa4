// SPDX-License-Identifier: Apache-2.0
#include "events/topics.hpp"

#include <chrono>

namespace tollgate::events {
namespace {

std::string retention_ms(std::int64_t days) {
  return std::to_string(std::chrono::milliseconds{std::chrono::days{days}}.count());
}

}  // namespace

std::vector<Topic> all_topics(const TopicSettings& settings) {
  std::vector<Topic> topics{
      {settings.stripe_events_name,
       {{"cleanup.policy", "delete"},
        {"retention.ms", retention_ms(settings.stripe_events_retention_days)}}},
      {settings.entitlements_changes_name, {{"cleanup.policy", "compact"}}},
  };
  for (Topic& topic : topics) {
    topic.config["max.message.bytes"] = std::to_string(record_bytes_max);
    if (settings.replication_factor >= 3) topic.config["min.insync.replicas"] = "2";
  }
  return topics;
}

}  // namespace tollgate::events
