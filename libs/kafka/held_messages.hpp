// SPDX-License-Identifier: Apache-2.0
// Messages that were fetched and not delivered yet, given out across partitions by their time.
// For consumer.cpp only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>

#include "kafka/handles.hpp"

namespace tollgate::kafka {

struct HeldMessage {
  MessageHandle message;
  std::int32_t partition = 0;
  std::int64_t timestamp_ms = 0;
  std::size_t bytes = 0;  ///< of value and key
};

HeldMessage held_message(MessageHandle message);

/// A broker answers with a stretch of one partition after the other, so what was published at one
/// moment to several partitions arrives hundreds of records apart. Held a while, it comes out
/// nearly as it was published. The order of each partition stays.
///
/// librdkafka keeps a whole answer in memory while one message of it lives. Therefore nothing stays
/// long: order by time gives way to both bounds.
class HeldMessages {
 public:
  /// Batches that are held where the other bounds allow it.
  static constexpr std::size_t batches_max = 4;
  /// A partition that holds more is the next to be given out; beyond a batch nothing is added then.
  static constexpr std::size_t partition_bytes_max = 256 * 1024;
  /// A message is given out before so much has come after it, of whichever partitions. So a
  /// partition with little to say cannot keep one message of each of a thousand answers.
  static constexpr std::size_t later_bytes_max = 8 * 1024 * 1024;

  void add(HeldMessage message);
  /// The earliest of the partitions' next messages, among those beyond a bound if there are any.
  /// Only of some.
  HeldMessage take();

  void drop(std::int32_t partition);
  void clear();

  [[nodiscard]] bool empty() const { return by_partition_.empty(); }
  [[nodiscard]] std::size_t count() const { return count_; }
  [[nodiscard]] std::size_t bytes() const { return bytes_; }
  /// Whether more is to be added where batches of that size are given out; `bytes_max`: in all.
  [[nodiscard]] bool has_room(std::size_t batch_records, std::size_t bytes_max) const;

 private:
  struct Arrived {
    HeldMessage held;
    std::size_t bytes_so_far;  ///< that had come until then, ever, with its own
  };
  struct Partition {
    std::deque<Arrived> messages;  ///< never empty
    std::size_t bytes = 0;
  };

  [[nodiscard]] bool is_over_bound() const;
  /// Less: to be given out sooner.
  [[nodiscard]] int rank_of(const Partition& partition) const;

  std::map<std::int32_t, Partition> by_partition_;
  std::size_t count_ = 0;
  std::size_t bytes_ = 0;
  std::size_t bytes_ever_ = 0;
};

}  // namespace tollgate::kafka
