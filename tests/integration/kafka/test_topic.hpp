// SPDX-License-Identifier: Apache-2.0
// A topic of its own for each test, on the broker that KAFKA_BROKERS names, and a short way to
// publish to it and to read it.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "kafka/admin.hpp"
#include "kafka/consumer.hpp"
#include "kafka/producer.hpp"

namespace tollgate::kafka {

/// Far more than anything here takes; only a failing test waits so long.
constexpr std::chrono::seconds patience{30};

/// The broker of the tests. Throws when KAFKA_BROKERS is not set.
Properties broker_properties();

/// A name that no other test has.
std::string unique_name();

/// Made empty, removed at the end.
class TestTopic {
 public:
  explicit TestTopic(std::int32_t partitions = 1, std::map<std::string, std::string> config = {});
  ~TestTopic();
  TestTopic(const TestTopic&) = delete;
  TestTopic& operator=(const TestTopic&) = delete;

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] Admin& admin() { return admin_; }
  [[nodiscard]] ConsumerOptions consumer_options() const;

  /// Waits for the broker's word on each; key and value of record i are `prefix` + i.
  void publish(int count, const std::string& prefix = "r");
  /// As retention does: what lies before that offset of partition 0 is gone from the log.
  void delete_before(std::int64_t offset);

 private:
  Admin admin_;
  const std::string name_ = unique_name();
};

/// What a test keeps of a record.
struct Seen {
  std::int32_t partition;
  std::int64_t offset;
  std::string value;
};

/// Polls until that many records came or patience ends.
std::vector<Seen> read_records(Consumer& consumer, std::size_t count);

/// Polls the consumers in turn until the fact holds; false when patience ends. Records are dropped.
bool poll_until(const std::vector<Consumer*>& consumers, const std::function<bool()>& fact);

}  // namespace tollgate::kafka
