// SPDX-License-Identifier: Apache-2.0
#include "operator/apply_topics.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <sstream>
#include <stdexcept>

#include "base/uuid.hpp"

namespace tollgate::operations {
namespace {

kafka::Properties broker_properties() {
  const char* brokers = std::getenv("KAFKA_BROKERS");
  if (brokers == nullptr) throw std::runtime_error("KAFKA_BROKERS is not set: ./dev test sets it");
  return {{"bootstrap.servers", brokers}};
}

std::string apply(const ApplyTopics& wanted) {
  kafka::Admin admin{broker_properties()};
  std::ostringstream out;
  apply_topics(wanted, admin, out);
  return out.str();
}

TEST(ApplyTopics, MakesTheTopicsAndSaysSoLineByLine) {
  ApplyTopics wanted{.partitions = 2};
  // The other topic has a fixed name, which tests of other parts may have made already.
  wanted.topics.stripe_events_name = "test." + make_uuid_v7(SystemClock{}.now());
  const std::string& name = wanted.topics.stripe_events_name;
  EXPECT_EQ(apply(wanted).find(name + " created\nentitlements.changes "), 0u);
  EXPECT_EQ(apply(wanted), name + " unchanged\nentitlements.changes unchanged\n");
  wanted.topics.stripe_events_retention_days = 30;
  EXPECT_EQ(apply(wanted), name + " adjusted\nentitlements.changes unchanged\n");
  kafka::Admin{broker_properties()}.remove(name, std::chrono::seconds{30});
}

TEST(ApplyTopics, LeavesATopicAloneThatHasFewerReplicasThanAskedFor) {
  ApplyTopics wanted{.partitions = 2};
  wanted.topics.stripe_events_name = "test." + make_uuid_v7(SystemClock{}.now());
  const std::string& name = wanted.topics.stripe_events_name;
  apply(wanted);
  ApplyTopics three = wanted;
  three.topics.replication_factor = 3;
  try {
    apply(three);
    ADD_FAILURE() << "two in-sync replicas were demanded of one, in " << name;
  } catch (const std::runtime_error& failure) {
    EXPECT_NE(std::string{failure.what()}.find("has replication factor 1, not 3"),
              std::string::npos)
        << failure.what();
  }
  EXPECT_EQ(apply(wanted).find(name + " unchanged\n"), 0u);
  kafka::Admin{broker_properties()}.remove(name, std::chrono::seconds{30});
}

}  // namespace
}  // namespace tollgate::operations
