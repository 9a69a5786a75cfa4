// SPDX-License-Identifier: Apache-2.0
// `operator topics apply`: Kafka's topics become what events/topics.hpp says. Safe to run again.
#pragma once

#include <cstdint>
#include <ostream>

#include "events/topics.hpp"
#include "kafka/admin.hpp"

namespace tollgate::operations {

struct ApplyTopics {
  events::TopicSettings topics{};
  std::int32_t partitions = events::partitions_default;
};

/// Prints one line a topic: its name, then created, adjusted or unchanged. Stops at the first topic
/// that Kafka refuses, with std::runtime_error; those before it stay as they were made.
void apply_topics(const ApplyTopics& wanted, kafka::Admin& admin, std::ostream& out);

}  // namespace tollgate::operations
