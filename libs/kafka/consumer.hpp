// SPDX-License-Identifier: Apache-2.0
// Reading a topic as one member of a consumer group whose offsets the caller keeps (in PostgreSQL).
// For publishing use kafka/producer.hpp.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "kafka/properties.hpp"
#include "kafka/record.hpp"

namespace tollgate::kafka {

struct PartitionOffset {
  std::int32_t partition = 0;
  std::int64_t next_offset = 0;  ///< the first offset not yet consumed
};

/// Records in the order of each partition; owns the memory that its records view.
class RecordBatch {
 public:
  virtual ~RecordBatch() = default;
  [[nodiscard]] virtual std::span<const Record> records() const = 0;
};

struct ConsumerOptions {
  Properties properties;  ///< from read_properties
  std::string topic;
  std::string group_id;
  std::string group_instance_id;  ///< `group.instance.id`; empty: a dynamic member
  std::int32_t fetched_kbytes_max = 16'384;
  std::chrono::milliseconds session_timeout{10'000};
  /// Where to begin in the partitions just assigned; called inside poll(), on its thread. It may
  /// throw (a database that is away): poll() throws it on and the assignment is asked for again.
  std::function<std::vector<PartitionOffset>(std::span<const std::int32_t> partitions)> on_assigned;
  /// The partitions are another member's from now on; called inside poll(), on its thread.
  std::function<void(std::span<const std::int32_t> partitions)> on_revoked;
};

/// One thread at a time. An offset outside the log's range restarts at the earliest, with a log
/// line at level error: duplicates are harmless, silence is not.
class Consumer {
 public:
  virtual ~Consumer() = default;

  /// Waits up to `wait_max` for the first record, then takes what is there, at most `records_max`.
  /// Null when nothing came. Throws std::runtime_error on a fatal error of the consumer.
  virtual std::unique_ptr<RecordBatch> poll(std::size_t records_max,
                                            std::chrono::milliseconds wait_max) = 0;

  /// Reads on from there; partitions that are not assigned any more are passed over.
  virtual void seek(std::span<const PartitionOffset> offsets) = 0;

  /// Tells Kafka, for lag tools only; asynchronous, failures are logged at debug level.
  virtual void commit(std::span<const PartitionOffset> offsets) = 0;

  /// Records behind the end of the assigned partitions as far as is known without asking, or -1.
  [[nodiscard]] virtual std::int64_t lag() const = 0;

  /// Leaves the group at once, so that its partitions move without waiting for the time-out.
  virtual void close() = 0;
};

std::unique_ptr<Consumer> make_consumer(ConsumerOptions options);

}  // namespace tollgate::kafka
