// SPDX-License-Identifier: Apache-2.0
// The topics of Tollgate: their names and how they are kept. `operator topics apply` makes them so;
// what a record holds is said by events/cloudevents.hpp and proto/events.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace tollgate::events {

/// Stripe's bodies, byte for byte: the raw archive. The name is a setting, STRIPE_EVENTS_TOPIC.
inline constexpr std::string_view stripe_events_topic = "stripe.events";

/// The whole current state of each user, keyed by user id. A setting, ENTITLEMENTS_CHANGES_TOPIC.
inline constexpr std::string_view entitlements_changes_topic = "entitlements.changes";

/// Keys spread load only: no correctness rests on the order inside a partition.
inline constexpr std::int32_t partitions_default = 12;

inline constexpr std::int64_t stripe_events_retention_days_default = 90;

/// Bodies of up to 1 MiB pass the ingress; with key, headers and framing a record stays below this.
inline constexpr std::int32_t record_bytes_max = 2 * 1024 * 1024;

struct Topic {
  std::string name{};
  std::map<std::string, std::string> config{};  ///< Kafka's names and values
};

struct TopicSettings {
  std::string stripe_events_name{stripe_events_topic};
  std::string entitlements_changes_name{entitlements_changes_topic};
  std::int64_t stripe_events_retention_days = stripe_events_retention_days_default;
  std::int32_t replication_factor = 1;
};

/// Every topic, in the order in which they are made. From three replicas on a record is safe only
/// when two have it (`min.insync.replicas`): one broker may fail, and nothing acknowledged is lost.
std::vector<Topic> all_topics(const TopicSettings& settings);

}  // namespace tollgate::events
