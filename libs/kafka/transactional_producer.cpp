// SPDX-License-Identifier: Apache-2.0
#include "kafka/transactional_producer.hpp"

#include <array>
#include <utility>

#include "base/log.hpp"
#include "kafka/client_conf.hpp"
#include "kafka/handles.hpp"
#include "kafka/record_headers.hpp"

namespace tollgate::kafka {
namespace {

Properties defaults_of(const TransactionalProducerOptions& options) {
  const std::string timeout_ms = std::to_string(options.transaction_timeout.count());
  return {
      {"transactional.id", options.transactional_id},
      {"transaction.timeout.ms", timeout_ms},
      // librdkafka wants it within the transaction's time.
      {"message.timeout.ms", timeout_ms},
      {"acks", "all"},
      // A batch is sent as soon as it is whole: commit() flushes.
      {"linger.ms", "1"},
      {"queue.buffering.max.messages", std::to_string(options.queue_records_max)},
      {"message.max.bytes", std::to_string(options.message_bytes_max)},
      // Java's partitioner, so that every client finds a user on the same partition.
      {"partitioner", "murmur2_random"},
  };
}

bool is_fence(rd_kafka_resp_err_t code) {
  return code == RD_KAFKA_RESP_ERR__FENCED || code == RD_KAFKA_RESP_ERR_PRODUCER_FENCED ||
         code == RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH;
}

class KafkaTransactionalProducer final : public TransactionalProducer {
 public:
  explicit KafkaTransactionalProducer(TransactionalProducerOptions options)
      : options_(std::move(options)),
        client_(make_client(RD_KAFKA_PRODUCER,
                            make_conf(defaults_of(options_), options_.properties))) {}

  Outcome init() override {
    return outcome("init", rd_kafka_init_transactions(client_.get(), step_ms()));
  }
  Outcome begin() override { return outcome("begin", rd_kafka_begin_transaction(client_.get())); }
  Outcome send(const OutgoingRecord& record) override;
  Outcome commit() override {
    return outcome("commit", rd_kafka_commit_transaction(client_.get(), step_ms()));
  }
  Outcome abort() override {
    return outcome("abort", rd_kafka_abort_transaction(client_.get(), step_ms()));
  }

 private:
  [[nodiscard]] int step_ms() const { return static_cast<int>(options_.step_timeout.count()); }
  Outcome outcome(std::string_view step, rd_kafka_error_t* failure);
  TransactionFault fault_of(const rd_kafka_error_t* failure);

  const TransactionalProducerOptions options_;
  ClientHandle client_;
};

TransactionalProducer::Outcome KafkaTransactionalProducer::send(const OutgoingRecord& record) {
  const std::string topic{record.topic};
  HeadersHandle headers = copy_headers(record.headers);
  std::array<rd_kafka_vu_t, 5> arguments{};
  arguments[0].vtype = RD_KAFKA_VTYPE_TOPIC;
  arguments[0].u.cstr = topic.c_str();
  arguments[1].vtype = RD_KAFKA_VTYPE_MSGFLAGS;
  arguments[1].u.i = RD_KAFKA_MSG_F_COPY;
  arguments[2].vtype = RD_KAFKA_VTYPE_VALUE;
  arguments[2].u.mem = {const_cast<char*>(record.value.data()), record.value.size()};
  arguments[3].vtype = RD_KAFKA_VTYPE_KEY;
  arguments[3].u.mem = {const_cast<char*>(record.key.data()), record.key.size()};
  arguments[4].vtype = RD_KAFKA_VTYPE_HEADERS;
  arguments[4].u.headers = headers.get();
  rd_kafka_error_t* failure = rd_kafka_produceva(client_.get(), arguments.data(), arguments.size());
  if (failure == nullptr) headers.release();  // librdkafka owns them once it has taken the record.
  return outcome("send", failure);
}

/// Takes the error over.
TransactionalProducer::Outcome KafkaTransactionalProducer::outcome(std::string_view step,
                                                                   rd_kafka_error_t* failure) {
  const ErrorHandle error{failure};
  if (!error) return {};
  const TransactionFault fault = fault_of(error.get());
  log::warning("kafka transaction", {{"step", step},
                                     {"fault", to_string(fault)},
                                     {"transactional_id", options_.transactional_id},
                                     {"error", rd_kafka_error_name(error.get())},
                                     {"reason", rd_kafka_error_string(error.get())}});
  return fault;
}

TransactionFault KafkaTransactionalProducer::fault_of(const rd_kafka_error_t* failure) {
  const rd_kafka_resp_err_t code = rd_kafka_error_code(failure);
  std::array<char, 256> reason{};
  const auto fatal = rd_kafka_fatal_error(client_.get(), reason.data(), reason.size());
  if (is_fence(code) || is_fence(fatal)) return TransactionFault::fenced;
  if (fatal != RD_KAFKA_RESP_ERR_NO_ERROR || rd_kafka_error_is_fatal(failure) != 0) {
    return TransactionFault::broken;
  }
  if (rd_kafka_error_txn_requires_abort(failure) != 0) return TransactionFault::refused;
  if (rd_kafka_error_is_retriable(failure) != 0 || code == RD_KAFKA_RESP_ERR__TIMED_OUT) {
    return TransactionFault::away;
  }
  return TransactionFault::refused;
}

}  // namespace

std::string_view to_string(TransactionFault fault) {
  switch (fault) {
    case TransactionFault::refused: return "refused";
    case TransactionFault::fenced: return "fenced";
    case TransactionFault::broken: return "broken";
    case TransactionFault::away: break;
  }
  return "away";
}

std::unique_ptr<TransactionalProducer> make_transactional_producer(
    TransactionalProducerOptions options) {
  return std::make_unique<KafkaTransactionalProducer>(std::move(options));
}

}  // namespace tollgate::kafka
