// SPDX-License-Identifier: Apache-2.0
#include "operator/apply_topics.hpp"

#include <chrono>

namespace tollgate::operations {
namespace {

// A broker that has just started takes some seconds to make its first topics.
constexpr std::chrono::milliseconds topic_wait_max{30'000};

std::string_view to_string(kafka::TopicOutcome outcome) {
  switch (outcome) {
    case kafka::TopicOutcome::created: return "created";
    case kafka::TopicOutcome::adjusted: return "adjusted";
    case kafka::TopicOutcome::unchanged: return "unchanged";
  }
  return "unknown";
}

}  // namespace

void apply_topics(const ApplyTopics& wanted, kafka::Admin& admin, std::ostream& out) {
  for (const events::Topic& topic : events::all_topics(wanted.topics)) {
    const kafka::TopicSpec spec{.name = topic.name,
                                .partitions = wanted.partitions,
                                .replication_factor = wanted.topics.replication_factor,
                                .config = topic.config};
    const kafka::TopicOutcome outcome = admin.apply(spec, topic_wait_max);
    out << topic.name << ' ' << to_string(outcome) << std::endl;
  }
}

}  // namespace tollgate::operations
