// SPDX-License-Identifier: Apache-2.0
// Topics: made and adjusted by `operator topics apply`, by tests and benchmarks; never by accident.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "kafka/properties.hpp"

namespace tollgate::kafka {

struct TopicSpec {
  std::string name{};
  std::int32_t partitions = 12;
  std::int32_t replication_factor = 1;
  std::map<std::string, std::string> config{};  ///< Kafka's names: `retention.ms`, `cleanup.policy`
};

enum class TopicOutcome { created, unchanged, adjusted };

/// Blocking; throws std::runtime_error with Kafka's message. Any thread, one call at a time.
class Admin {
 public:
  explicit Admin(const Properties& properties);
  ~Admin();
  Admin(const Admin&) = delete;
  Admin& operator=(const Admin&) = delete;

  /// Creates the topic or brings its settings in line. Partitions are never taken away; fewer than
  /// wanted are added to. A topic with fewer replicas than wanted is refused untouched: only a
  /// reassignment of its partitions can add them.
  TopicOutcome apply(const TopicSpec& spec, std::chrono::milliseconds wait_max);
  void remove(const std::string& topic, std::chrono::milliseconds wait_max);
  /// The number of records between the beginning and the end of all partitions.
  std::int64_t count(const std::string& topic, std::chrono::milliseconds wait_max);

 private:
  struct Handle;
  std::unique_ptr<Handle> handle_;
};

}  // namespace tollgate::kafka
