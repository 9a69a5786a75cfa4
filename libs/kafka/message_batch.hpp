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
  }

  void add(MessageHandle message) { messages_.push_back(std::move(message)); }
  /// Taken apart when first asked for: the thread that reads them has the work.
  [[nodiscard]] std::span<const Record> records() const override;

 private:
  std::shared_ptr<rd_kafka_t> client_;
  std::vector<MessageHandle> messages_;
  mutable std::vector<Record> records_;
};

}  // namespace tollgate::kafka
