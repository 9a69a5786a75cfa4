// SPDX-License-Identifier: Apache-2.0
#include "kafka/consumer.hpp"

#include <algorithm>
#include <exception>
#include <map>
#include <optional>
#include <stdexcept>

#include "base/log.hpp"
#include "kafka/client_conf.hpp"
#include "kafka/consumer_properties.hpp"
#include "kafka/fetcher_waker.hpp"
#include "kafka/handles.hpp"
#include "kafka/held_messages.hpp"
#include "kafka/message_batch.hpp"
#include "kafka/partition_list.hpp"

namespace tollgate::kafka {
namespace {

// Before 2.1.0 librdkafka waits a thousandth of what it is given, which is too short for a busy
// machine (https://github.com/confluentinc/librdkafka/pull/4230).
int seek_max_ms() { return rd_kafka_version() < 0x02010000 ? 5'000'000 : 5'000; }

/// The offset to be read next in each partition; negative: the earliest.
using Positions = std::map<std::int32_t, std::int64_t>;

class KafkaConsumer final : public Consumer {
 public:
  explicit KafkaConsumer(ConsumerOptions options);
  ~KafkaConsumer() override { close(); }

  std::unique_ptr<RecordBatch> poll(std::size_t records_max,
                                    std::chrono::milliseconds wait_max) override;
  void seek(std::span<const PartitionOffset> offsets) override;
  void commit(std::span<const PartitionOffset> offsets) override;
  [[nodiscard]] std::int64_t lag() const override;
  void close() override;

 private:
  static void on_rebalance(rd_kafka_t* client, rd_kafka_resp_err_t error,
                           rd_kafka_topic_partition_list_t* partitions, void* self) noexcept;
  static void on_error(rd_kafka_t* client, int error, const char* reason, void* self) noexcept;
  static void on_committed(rd_kafka_t* client, rd_kafka_resp_err_t error,
                           rd_kafka_topic_partition_list_t* offsets, void* self) noexcept;

  ClientHandle make_consumer_client();
  void begin_assignment();
  void assign(const Positions& positions);
  void revoke();
  void rethrow_failure();
  void restart_at_earliest();
  void hold(std::size_t batch_records, std::chrono::milliseconds wait_max);
  void look_at_error(const rd_kafka_message_t& message);
  [[nodiscard]] std::optional<std::int64_t> lag_of(std::int32_t partition,
                                                   std::int64_t next_offset) const;

  const ConsumerOptions options_;
  /// The group gave us these, and where to begin is not known yet.
  std::optional<std::vector<std::int32_t>> awaiting_start_;
  /// Of the partitions assigned.
  Positions positions_;
  std::vector<std::int32_t> out_of_range_;  ///< to be read from the earliest record on
  /// Rises whenever partitions come or go, which makes records taken before it void.
  std::size_t assignment_ = 0;
  std::exception_ptr failure_;  ///< what a callback met, for poll() to throw
  bool closed_ = false;
  std::shared_ptr<rd_kafka_t> client_;
  FetcherWaker fetchers_;
  HeldMessages held_;  ///< of the partitions assigned, beyond positions_; gone before the client
};

KafkaConsumer::KafkaConsumer(ConsumerOptions options)
    : options_(std::move(options)),
      client_(make_consumer_client()),
      fetchers_(client_.get(), options_.properties, options_.fetched_kbytes_max) {
  rd_kafka_poll_set_consumer(client_.get());
  const PartitionsHandle topics{rd_kafka_topic_partition_list_new(1)};
  rd_kafka_topic_partition_list_add(topics.get(), options_.topic.c_str(), RD_KAFKA_PARTITION_UA);
  const auto error = rd_kafka_subscribe(client_.get(), topics.get());
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    throw std::runtime_error(std::string{"subscribe: "} + rd_kafka_err2str(error));
  }
}

ClientHandle KafkaConsumer::make_consumer_client() {
  ConfHandle conf = make_conf(consumer_defaults(options_), options_.properties);
  rd_kafka_conf_set_opaque(conf.get(), this);
  rd_kafka_conf_set_rebalance_cb(conf.get(), on_rebalance);
  rd_kafka_conf_set_error_cb(conf.get(), on_error);
  leave_broker_failures_to_errors(conf.get());
  rd_kafka_conf_set_offset_commit_cb(conf.get(), on_committed);
  return make_client(RD_KAFKA_CONSUMER, std::move(conf));
}

// Takes note only, where partitions come: the place to begin is asked for in poll(), which may fail
// and be called again. The group waits for our rd_kafka_assign meanwhile, and heartbeats go on.
void KafkaConsumer::on_rebalance(rd_kafka_t* client, rd_kafka_resp_err_t error,
                                 rd_kafka_topic_partition_list_t* partitions,
                                 void* opaque) noexcept {
  auto& self = *static_cast<KafkaConsumer*>(opaque);
  try {
    ++self.assignment_;
    rd_kafka_yield(client);  // poll() returns now instead of at the end of its wait.
    if (error == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
      self.awaiting_start_ = partition_numbers(partitions);
      return;
    }
    rd_kafka_assign(client, nullptr);
    self.revoke();
  } catch (...) {
    self.failure_ = std::current_exception();
  }
}

void KafkaConsumer::revoke() {
  awaiting_start_.reset();
  out_of_range_.clear();
  std::vector<std::int32_t> revoked;
  for (const auto& [partition, position] : positions_) revoked.push_back(partition);
  positions_.clear();
  if (revoked.empty()) return;
  log::info("partitions revoked", {{"topic", options_.topic}, {"count", revoked.size()}});
  if (options_.on_revoked) options_.on_revoked(revoked);
}

void KafkaConsumer::on_error(rd_kafka_t*, int error, const char* reason, void*) noexcept {
  if (error == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN) return;  // Each of them was an error already.
  const char* name = rd_kafka_err2name(static_cast<rd_kafka_resp_err_t>(error));
  log::write_bounded(log::Level::warning, name, "kafka consumer",
                     {{"error", name}, {"reason", reason}});
}

void KafkaConsumer::on_committed(rd_kafka_t*, rd_kafka_resp_err_t error,
                                 rd_kafka_topic_partition_list_t*, void*) noexcept {
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) return;
  log::debug("offsets not committed to Kafka", {{"reason", rd_kafka_err2str(error)}});
}

void KafkaConsumer::begin_assignment() {
  const std::vector<std::int32_t> partitions = *awaiting_start_;
  Positions starts;
  for (const std::int32_t partition : partitions) starts[partition] = RD_KAFKA_OFFSET_BEGINNING;
  if (options_.on_assigned && !partitions.empty()) {
    for (const PartitionOffset& known : options_.on_assigned(partitions)) {
      const auto start = starts.find(known.partition);
      if (start != starts.end()) start->second = known.next_offset;
    }
  }
  assign(starts);
  positions_ = std::move(starts);
  awaiting_start_.reset();
  log::info("partitions assigned", {{"topic", options_.topic}, {"count", partitions.size()}});
}

void KafkaConsumer::rethrow_failure() {
  if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
}

std::unique_ptr<RecordBatch> KafkaConsumer::poll(std::size_t records_max,
                                                 std::chrono::milliseconds wait_max) {
  rethrow_failure();
  if (awaiting_start_) begin_assignment();
  if (held_.empty()) restart_at_earliest();
  hold(records_max, wait_max);
  const std::size_t count = std::min(records_max, held_.count());
  if (count == 0) rethrow_failure();
  if (count == 0) return nullptr;
  auto batch = std::make_unique<MessageBatch>(client_, count);
  for (std::size_t taken = 0; taken < count; ++taken) {
    MessageHandle message = held_.take().message;
    positions_[message->partition] = message->offset + 1;
    batch->add(std::move(message));
  }
  return batch;
}

// Does not throw: the records taken so far come first, the failure with the next poll. So does the
// start at the earliest record of a partition whose offset is outside the log: what was fetched of
// it before may be gone from the log by now, and is given out before anything else is fetched.
void KafkaConsumer::hold(std::size_t batch_records, std::chrono::milliseconds wait_max) {
  const std::size_t assignment = assignment_;
  const auto bytes_max = static_cast<std::size_t>(options_.fetched_kbytes_max) * 1024 / 2;
  while (out_of_range_.empty() && held_.has_room(batch_records, bytes_max)) {
    const int wait_ms = held_.empty() ? static_cast<int>(wait_max.count()) : 0;
    MessageHandle message{rd_kafka_consumer_poll(client_.get(), wait_ms)};
    if (assignment != assignment_) {
      // Who took partitions away gives others their records; who gives them says where to begin.
      held_.clear();
      return;
    }
    if (!message) return;
    if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) return look_at_error(*message);
    fetchers_.room_made(message->key_len + message->len);
    held_.add(held_message(std::move(message)));
  }
}

void KafkaConsumer::look_at_error(const rd_kafka_message_t& message) {
  const std::string reason = rd_kafka_message_errstr(&message);
  if (message.err == RD_KAFKA_RESP_ERR__FATAL) {
    failure_ = std::make_exception_ptr(std::runtime_error("fatal consumer error: " + reason));
    return;
  }
  const bool is_outside = message.err == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET;
  log::error(is_outside ? "offset outside the log: restarting at the earliest" : "reading failed",
             {{"topic", options_.topic},
              {"partition", message.partition},
              {"offset", message.offset},
              {"reason", reason}});
  if (is_outside) out_of_range_.push_back(message.partition);
}

// All partitions anew: one whose fetching ended with an error cannot be sought in. What is held is
// given out before, for later it would move the caller's offset over all in between.
void KafkaConsumer::restart_at_earliest() {
  if (out_of_range_.empty()) return;
  for (const auto partition : out_of_range_) positions_[partition] = RD_KAFKA_OFFSET_BEGINNING;
  assign(positions_);  // Throws: then the next poll tries again.
  out_of_range_.clear();
}

void KafkaConsumer::assign(const Positions& positions) {
  held_.clear();
  std::vector<PartitionOffset> offsets;
  for (const auto& [partition, next] : positions) offsets.push_back({partition, next});
  const auto list = partition_list(options_.topic, offsets);
  const auto error = rd_kafka_assign(client_.get(), list.get());
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) return;
  throw std::runtime_error(std::string{"assign: "} + rd_kafka_err2str(error));
}

void KafkaConsumer::seek(std::span<const PartitionOffset> offsets) {
  std::vector<PartitionOffset> ours;
  for (const PartitionOffset& offset : offsets) {
    if (positions_.contains(offset.partition)) ours.push_back(offset);
  }
  if (ours.empty()) return;
  for (const PartitionOffset& offset : ours) held_.drop(offset.partition);
  const PartitionsHandle list = partition_list(options_.topic, ours);
  const ErrorHandle error{rd_kafka_seek_partitions(client_.get(), list.get(), seek_max_ms())};
  if (error) throw std::runtime_error(std::string{"seek: "} + rd_kafka_error_string(error.get()));
  for (int i = 0; i < list->cnt; ++i) {
    const auto& sought = list->elems[i];
    if (sought.err != RD_KAFKA_RESP_ERR_NO_ERROR) {
      throw std::runtime_error("seek in partition " + std::to_string(sought.partition) + ": " +
                               rd_kafka_err2str(sought.err));
    }
  }
  for (const PartitionOffset& offset : ours) positions_[offset.partition] = offset.next_offset;
}

void KafkaConsumer::commit(std::span<const PartitionOffset> offsets) {
  const auto error =
      rd_kafka_commit(client_.get(), partition_list(options_.topic, offsets).get(), 1);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    log::debug("offsets not committed to Kafka", {{"reason", rd_kafka_err2str(error)}});
  }
}

std::int64_t KafkaConsumer::lag() const {
  if (positions_.empty()) return -1;
  std::int64_t sum = 0;
  for (const auto& [partition, next_offset] : positions_) {
    const auto lag = lag_of(partition, next_offset);
    if (!lag) return -1;
    sum += *lag;
  }
  return sum;
}

std::optional<std::int64_t> KafkaConsumer::lag_of(std::int32_t partition,
                                                  std::int64_t next_offset) const {
  std::int64_t begin = RD_KAFKA_OFFSET_INVALID;
  std::int64_t end = RD_KAFKA_OFFSET_INVALID;
  rd_kafka_get_watermark_offsets(client_.get(), options_.topic.c_str(), partition, &begin, &end);
  if (end < 0 || (next_offset < 0 && begin < 0)) return std::nullopt;
  return std::max<std::int64_t>(0, end - (next_offset < 0 ? begin : next_offset));
}

void KafkaConsumer::close() {
  if (std::exchange(closed_, true)) return;
  if (awaiting_start_) rd_kafka_assign(client_.get(), nullptr);  // The group waits for a word.
  rd_kafka_consumer_close(client_.get());
  try {
    rethrow_failure();
  } catch (const std::exception& failure) {
    log::error("giving partitions back failed", {{"reason", failure.what()}});
  }
}

}  // namespace

std::unique_ptr<Consumer> make_consumer(ConsumerOptions options) {
  return std::make_unique<KafkaConsumer>(std::move(options));
}

}  // namespace tollgate::kafka
