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

/// Records in the order of each partition; owns the memory that its records view. Any thread may
/// read and destroy it, one at a time, also after the consumer is gone.
class RecordBatch {
 public:
  virtual ~RecordBatch() = default;
  [[nodiscard]] virtual std::span<const Record> records() const = 0;
};

struct ConsumerOptions {
  Properties properties{};  ///< from read_properties
  std::string topic{};
  std::string group_id{};
  std::string group_instance_id{};  ///< `group.instance.id`; empty: a dynamic member
  std::int32_t fetched_kbytes_max = 16'384;
  std::chrono::milliseconds session_timeout{10'000};
  /// Longer than this between two polls, and the group gives the partitions to another member.
  std::chrono::milliseconds poll_interval_max{300'000};
  /// Where to begin in the partitions just assigned; called inside poll(), on its thread.
  /// Partitions that it does not name begin at the earliest record. It may throw (a database that
  /// is away): poll() throws it on, and the next poll() asks again.
  std::function<std::vector<PartitionOffset>(std::span<const std::int32_t> partitions)>
      on_assigned = {};
  /// The partitions may be another member's from now on; called inside poll() or close(), on its
  /// thread. What it throws is thrown on from poll(), and logged by close().
  std::function<void(std::span<const std::int32_t> partitions)> on_revoked = {};
};

/// One thread at a time. An offset outside the log's range restarts at the earliest, with a log
/// line at level error: duplicates are harmless, silence is not.
class Consumer {
 public:
  virtual ~Consumer() = default;

  /// Waits up to `wait_max` for the first record, then takes what is there, at most `records_max`;
  /// of several partitions by the time of their records, as far as they are fetched.
  /// Null when nothing came. Throws std::runtime_error on a fatal error of the consumer, after
  /// which only a new consumer can go on. Call it often enough for `poll_interval_max`.
  virtual std::unique_ptr<RecordBatch> poll(std::size_t records_max,
                                            std::chrono::milliseconds wait_max) = 0;

  /// Reads on from there; partitions that are not assigned any more are passed over. Throws
  /// std::runtime_error when Kafka's client does not follow; seek again or make a new consumer.
  virtual void seek(std::span<const PartitionOffset> offsets) = 0;

  /// Tells Kafka, for lag tools only; asynchronous, failures are logged at debug level.
  virtual void commit(std::span<const PartitionOffset> offsets) = 0;

  /// Records behind the end of the assigned partitions as far as is known without asking; -1 when
  /// none is assigned or an end is not known yet.
  [[nodiscard]] virtual std::int64_t lag() const = 0;

  /// Ends reading. A dynamic member leaves the group, and its partitions move at once; a static one
  /// (`group_instance_id`) keeps them for its successor until `session_timeout`. Nothing may be
  /// called afterwards; the destructor does the same if it was not done.
  virtual void close() = 0;
};

/// Starts even while no broker answers. Throws std::runtime_error when a property is refused.
std::unique_ptr<Consumer> make_consumer(ConsumerOptions options);

}  // namespace tollgate::kafka
