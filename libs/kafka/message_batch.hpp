// SPDX-License-Identifier: Apache-2.0
// Messages of librdkafka as records: the views of one are the memory of the other.
// For consumer.cpp only.
#pragma once

#include <memory>
#include <vector>

#include "kafka/consumer.hpp"
#include "kafka/handles.hpp"

namespace tollgate::kafka {

class MessageBatch final : public RecordBatch {
 public:
  /// The client must outlive its messages.
  explicit MessageBatch(std::shared_ptr<rd_kafka_t> client) : client_(std::move(client)) {}

  void add(MessageHandle message);
  void clear();
  /// Of keys and values.
  [[nodiscard]] std::size_t bytes() const { return bytes_; }
  [[nodiscard]] std::span<const Record> records() const override { return records_; }

 private:
  std::shared_ptr<rd_kafka_t> client_;
  std::vector<MessageHandle> messages_;
  std::vector<Record> records_;
  std::size_t bytes_ = 0;
};

}  // namespace tollgate::kafka
