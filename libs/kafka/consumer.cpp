// SPDX-License-Identifier: Apache-2.0
#include "kafka/consumer.hpp"

#include <algorithm>
#include <exception>
#include <optional>
#include <stdexcept>

#include "base/log.hpp"
#include "kafka/client_conf.hpp"
#include "kafka/handles.hpp"

namespace tollgate::kafka {
namespace {

Properties defaults_of(const ConsumerOptions& options) {
  Properties properties{
      {"group.id", options.group_id},
      {"enable.auto.commit", "false"},
      {"enable.auto.offset.store", "false"},
      {"auto.offset.reset", "earliest"},
      {"session.timeout.ms", std::to_string(options.session_timeout.count())},
      {"heartbeat.interval.ms", "2000"},
      {"queued.max.messages.kbytes", std::to_string(options.fetched_kbytes_max)},
      {"fetch.wait.max.ms", "100"},
      {"fetch.error.backoff.ms", "100"},
      {"reconnect.backoff.ms", "50"},
      {"reconnect.backoff.max.ms", "1000"},
      {"enable.partition.eof", "false"},
      {"partition.assignment.strategy", "range"},
      {"log.connection.close", "false"},
  };
  if (!options.group_instance_id.empty()) {
    properties["group.instance.id"] = options.group_instance_id;
  }
  return properties;
}

using MessageHandle = std::unique_ptr<rd_kafka_message_t, Destroy<rd_kafka_message_destroy>>;

std::vector<Header> headers_of(const rd_kafka_message_t* message) {
  std::vector<Header> headers;
  rd_kafka_headers_t* list = nullptr;
  if (rd_kafka_message_headers(message, &list) != RD_KAFKA_RESP_ERR_NO_ERROR) return headers;
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

class MessageBatch final : public RecordBatch {
 public:
  void add(MessageHandle message) {
    rd_kafka_timestamp_type_t type{};
    records_.push_back({.topic = rd_kafka_topic_name(message->rkt),
                        .partition = message->partition,
                        .offset = message->offset,
                        .key = {static_cast<const char*>(message->key), message->key_len},
                        .value = {static_cast<const char*>(message->payload), message->len},
                        .headers = headers_of(message.get()),
                        .timestamp_ms = rd_kafka_message_timestamp(message.get(), &type)});
    messages_.push_back(std::move(message));
  }
  [[nodiscard]] std::span<const Record> records() const override { return records_; }

 private:
  std::vector<MessageHandle> messages_;
  std::vector<Record> records_;
};

std::vector<std::int32_t> numbers_of(const rd_kafka_topic_partition_list_t* partitions) {
  std::vector<std::int32_t> numbers;
  for (int i = 0; i < partitions->cnt; ++i) numbers.push_back(partitions->elems[i].partition);
  return numbers;
}

class KafkaConsumer final : public Consumer {
 public:
  explicit KafkaConsumer(ConsumerOptions options)
      : options_(std::move(options)), client_(make_consumer_client(options_, this)) {
    rd_kafka_poll_set_consumer(client_.get());
    const PartitionsHandle topics{rd_kafka_topic_partition_list_new(1)};
    rd_kafka_topic_partition_list_add(topics.get(), options_.topic.c_str(), RD_KAFKA_PARTITION_UA);
    const auto error = rd_kafka_subscribe(client_.get(), topics.get());
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
      throw std::runtime_error(std::string{"subscribe: "} + rd_kafka_err2str(error));
    }
  }
  ~KafkaConsumer() override { close(); }

  std::unique_ptr<RecordBatch> poll(std::size_t records_max,
                                    std::chrono::milliseconds wait_max) override;
  void seek(std::span<const PartitionOffset> offsets) override;
  void commit(std::span<const PartitionOffset> offsets) override;
  [[nodiscard]] std::int64_t lag() const override;
  void close() override {
    if (!closed_) rd_kafka_consumer_close(client_.get());
    closed_ = true;
  }

 private:
  static ClientHandle make_consumer_client(const ConsumerOptions& options, KafkaConsumer* self) {
    ConfHandle conf = make_conf(defaults_of(options), options.properties);
    rd_kafka_conf_set_opaque(conf.get(), self);
    rd_kafka_conf_set_rebalance_cb(conf.get(), on_rebalance);
    return make_client(RD_KAFKA_CONSUMER, std::move(conf));
  }

  static void on_rebalance(rd_kafka_t* client, rd_kafka_resp_err_t error,
                           rd_kafka_topic_partition_list_t* partitions, void* opaque) noexcept;
  void begin_assignment();
  bool take(rd_kafka_message_t* message, MessageBatch& batch);
  void look_at_error(const rd_kafka_message_t* message);
  [[nodiscard]] bool is_assigned(std::int32_t partition) const {
    return std::ranges::find(assigned_, partition) != assigned_.end();
  }
  [[nodiscard]] PartitionsHandle list_of(std::span<const PartitionOffset> offsets) const;

  const ConsumerOptions options_;
  std::vector<std::int32_t> assigned_;
  bool is_assignment_begun_ = true;  ///< false between the group's word and known start offsets
  bool closed_ = false;
  ClientHandle client_;
};

// Only takes notes: where to begin is asked for in poll(), which may fail and be called again.
// The group waits for the assign call meanwhile, and heartbeats go on.
void KafkaConsumer::on_rebalance(rd_kafka_t* client, rd_kafka_resp_err_t error,
                                 rd_kafka_topic_partition_list_t* partitions,
                                 void* opaque) noexcept {
  auto* self = static_cast<KafkaConsumer*>(opaque);
  const auto numbers = numbers_of(partitions);
  if (error == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
    self->assigned_ = numbers;
    self->is_assignment_begun_ = false;
    return;
  }
  self->assigned_.clear();
  self->is_assignment_begun_ = true;
  rd_kafka_assign(client, nullptr);
  if (self->options_.on_revoked) self->options_.on_revoked(numbers);
  log::info("partitions revoked", {{"topic", self->options_.topic}, {"count", numbers.size()}});
}

void KafkaConsumer::begin_assignment() {
  std::vector<PartitionOffset> starts;
  if (options_.on_assigned) starts = options_.on_assigned(assigned_);
  for (const std::int32_t partition : assigned_) {
    const auto known = std::ranges::find(starts, partition, &PartitionOffset::partition);
    if (known == starts.end()) starts.push_back({partition, RD_KAFKA_OFFSET_BEGINNING});
  }
  rd_kafka_assign(client_.get(), list_of(starts).get());
  is_assignment_begun_ = true;
  log::info("partitions assigned", {{"topic", options_.topic}, {"count", assigned_.size()}});
}

std::unique_ptr<RecordBatch> KafkaConsumer::poll(std::size_t records_max,
                                                 std::chrono::milliseconds wait_max) {
  if (!is_assignment_begun_) begin_assignment();
  auto batch = std::make_unique<MessageBatch>();
  auto* message = rd_kafka_consumer_poll(client_.get(), static_cast<int>(wait_max.count()));
  while (message != nullptr && take(message, *batch) && batch->records().size() < records_max) {
    message = rd_kafka_consumer_poll(client_.get(), 0);
  }
  if (batch->records().empty()) return nullptr;
  return batch;
}

/// False when the message was an event of the client, after which the caller gets its turn.
bool KafkaConsumer::take(rd_kafka_message_t* message, MessageBatch& batch) {
  MessageHandle owned{message};
  if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
    batch.add(std::move(owned));
    return true;
  }
  look_at_error(message);
  return false;
}

void KafkaConsumer::look_at_error(const rd_kafka_message_t* message) {
  const std::string reason = rd_kafka_message_errstr(message);
  if (message->err == RD_KAFKA_RESP_ERR__FATAL) {
    throw std::runtime_error("fatal consumer error: " + reason);
  }
  log::error("reading failed", {{"topic", options_.topic},
                                {"partition", message->partition},
                                {"offset", message->offset},
                                {"reason", reason}});
}

void KafkaConsumer::seek(std::span<const PartitionOffset> offsets) {
  std::vector<PartitionOffset> ours;
  for (const auto& offset : offsets) {
    if (is_assigned(offset.partition)) ours.push_back(offset);
  }
  if (ours.empty()) return;
  const auto list = list_of(ours);
  rd_kafka_error_t* error = rd_kafka_seek_partitions(client_.get(), list.get(), 5'000);
  if (error == nullptr) return;
  const std::string reason = rd_kafka_error_string(error);
  rd_kafka_error_destroy(error);
  throw std::runtime_error("seek: " + reason);
}

void KafkaConsumer::commit(std::span<const PartitionOffset> offsets) {
  const auto error = rd_kafka_commit(client_.get(), list_of(offsets).get(), 1);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    log::debug("offsets not committed to Kafka", {{"reason", rd_kafka_err2str(error)}});
  }
}

std::int64_t KafkaConsumer::lag() const {
  PartitionsHandle positions{rd_kafka_topic_partition_list_new(8)};
  for (const std::int32_t partition : assigned_) {
    rd_kafka_topic_partition_list_add(positions.get(), options_.topic.c_str(), partition);
  }
  rd_kafka_position(client_.get(), positions.get());
  std::int64_t lag = 0;
  for (int i = 0; i < positions->cnt; ++i) {
    const auto& position = positions->elems[i];
    std::int64_t low = 0;
    std::int64_t high = 0;
    rd_kafka_get_watermark_offsets(client_.get(), options_.topic.c_str(), position.partition, &low,
                                   &high);
    if (high < 0 || position.offset < 0) continue;
    lag += std::max<std::int64_t>(0, high - position.offset);
  }
  return assigned_.empty() ? -1 : lag;
}

PartitionsHandle KafkaConsumer::list_of(std::span<const PartitionOffset> offsets) const {
  PartitionsHandle list{rd_kafka_topic_partition_list_new(static_cast<int>(offsets.size()))};
  for (const auto& offset : offsets) {
    rd_kafka_topic_partition_list_add(list.get(), options_.topic.c_str(), offset.partition)->offset =
        offset.next_offset;
  }
  return list;
}

}  // namespace

std::unique_ptr<Consumer> make_consumer(ConsumerOptions options) {
  return std::make_unique<KafkaConsumer>(std::move(options));
}

}  // namespace tollgate::kafka
