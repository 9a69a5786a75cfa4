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
  /// The client must outlive its messages; room is made for `count` of them.
  MessageBatch(std::shared_ptr<rd_kafka_t> client, std::size_t count) : client_(std::move(client)) {
    messages_.reserve(count);
    records_.reserve(count);
  }

  void add(MessageHandle message);
  [[nodiscard]] std::span<const Record> records() const override { return records_; }

 private:
  std::shared_ptr<rd_kafka_t> client_;
  std::vector<MessageHandle> messages_;
  std::vector<Record> records_;
};

}  // namespace tollgate::kafka
