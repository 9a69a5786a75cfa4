// SPDX-License-Identifier: Apache-2.0
// A topic of its own for each test, on the broker that KAFKA_BROKERS names, and a way to fill it.
#pragma once

#include <string>
#include <vector>

#include "kafka/consumer.hpp"
#include "kafka/properties.hpp"

namespace tollgate::tests {

kafka::Properties kafka_properties();

/// Made empty, removed at the end.
class Topic {
 public:
  explicit Topic(std::int32_t partitions);
  ~Topic();
  Topic(const Topic&) = delete;
  Topic& operator=(const Topic&) = delete;

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] kafka::ConsumerOptions consumer_options() const;
  /// Done when the broker has all of them. Keys spread them over the partitions.
  void publish(const std::vector<std::string>& bodies);

 private:
  std::string name_;
};

}  // namespace tollgate::tests
