// SPDX-License-Identifier: Apache-2.0
// Publishing batches that readers see whole or not at all, by one producer at a time of a name.
// Blocking, for a thread of its own; single records and coroutines use kafka/producer.hpp.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "kafka/properties.hpp"
#include "kafka/record.hpp"

namespace tollgate::kafka {

/// Why a step of a transaction did not happen.
enum class TransactionFault {
  refused,  ///< abort(), then begin anew: nothing of the transaction is ever read
  fenced,   ///< a younger producer of the same id has begun: this one is of no more use
  broken,   ///< likewise of no more use, for another reason; make a new one
  away,     ///< no answer in time: whether it happened is not known; make a new one
};
std::string_view to_string(TransactionFault fault);

struct TransactionalProducerOptions {
  Properties properties{};       ///< from read_properties
  std::string transactional_id;  ///< whoever begins under it last fences all others
  std::int32_t message_bytes_max = 2 * 1024 * 1024;
  std::int32_t queue_records_max = 10'000;  ///< of one transaction
  /// Kafka aborts a transaction that is open for longer: readers do not wait for a frozen producer.
  std::chrono::milliseconds transaction_timeout{15'000};
  /// For init, commit and abort, each.
  std::chrono::milliseconds step_timeout{10'000};
};

/// One thread. Members are called in their order here; destroyed with a transaction open, it leaves
/// that to Kafka, whose next producer of the id aborts it.
class TransactionalProducer {
 public:
  using Outcome = Result<void, TransactionFault>;
  virtual ~TransactionalProducer() = default;

  /// Once, before all else. From now on older producers of the id are fenced, and what they left
  /// open is aborted.
  virtual Outcome init() = 0;
  virtual Outcome begin() = 0;
  /// Queues a copy; whether the broker has it, commit() says.
  virtual Outcome send(const OutgoingRecord& record) = 0;
  /// Done when every record is on all in-sync replicas and the transaction is committed.
  virtual Outcome commit() = 0;
  virtual Outcome abort() = 0;
};

/// Starts even while no broker answers. Throws std::runtime_error when a property is refused.
std::unique_ptr<TransactionalProducer> make_transactional_producer(
    TransactionalProducerOptions options);

}  // namespace tollgate::kafka
