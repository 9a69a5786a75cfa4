// SPDX-License-Identifier: Apache-2.0
#include "kafka/message_batch.hpp"

namespace tollgate::kafka {
namespace {

std::vector<Header> headers_of(const rd_kafka_message_t& message) {
  rd_kafka_headers_t* list = nullptr;  // Stays the message's.
  if (rd_kafka_message_headers(&message, &list) != RD_KAFKA_RESP_ERR_NO_ERROR) return {};
  std::vector<Header> headers;
  headers.reserve(rd_kafka_header_cnt(list));
  const char* name = nullptr;
  const void* value = nullptr;
  std::size_t size = 0;
  for (std::size_t i = 0;
       rd_kafka_header_get_all(list, i, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR; ++i) {
    headers.push_back({name, {static_cast<const char*>(value), size}});
  }
  return headers;
}

std::string_view text_of(const void* bytes, std::size_t size) {
  return {static_cast<const char*>(bytes), size};
}

Record record_of(const rd_kafka_message_t& message) {
  rd_kafka_timestamp_type_t ignored{};
  return {.topic = rd_kafka_topic_name(message.rkt),
          .partition = message.partition,
          .offset = message.offset,
          .key = text_of(message.key, message.key_len),
          .value = text_of(message.payload, message.len),
          .headers = headers_of(message),
          .timestamp_ms = rd_kafka_message_timestamp(&message, &ignored)};
}

}  // namespace

std::span<const Record> MessageBatch::records() const {
  if (records_.empty()) {
    records_.reserve(messages_.size());
    for (const MessageHandle& message : messages_) records_.push_back(record_of(*message));
  }
  return records_;
}

}  // namespace tollgate::kafka
