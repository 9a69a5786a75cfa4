// SPDX-License-Identifier: Apache-2.0
#include "kafka/held_messages.hpp"

#include <algorithm>
#include <utility>

namespace tollgate::kafka {

HeldMessage held_message(MessageHandle message) {
  rd_kafka_timestamp_type_t ignored{};
  const std::int64_t timestamp_ms = rd_kafka_message_timestamp(message.get(), &ignored);
  const std::int32_t partition = message->partition;
  const std::size_t bytes = message->key_len + message->len;
  return {std::move(message), partition, timestamp_ms, bytes};
}

void HeldMessages::add(HeldMessage message) {
  const std::size_t bytes = message.bytes;
  Partition& partition = by_partition_[message.partition];
  bytes_ever_ += bytes;
  partition.messages.push_back({std::move(message), bytes_ever_});
  partition.bytes += bytes;
  ++count_;
  bytes_ += bytes;
}

HeldMessage HeldMessages::take() {
  const auto next = std::ranges::min_element(by_partition_, {}, [this](const auto& entry) {
    const Partition& partition = entry.second;
    return std::pair{rank_of(partition), partition.messages.front().held.timestamp_ms};
  });
  Partition& partition = next->second;
  HeldMessage message = std::move(partition.messages.front().held);
  partition.messages.pop_front();
  partition.bytes -= message.bytes;
  if (partition.messages.empty()) by_partition_.erase(next);
  --count_;
  bytes_ -= message.bytes;
  return message;
}

int HeldMessages::rank_of(const Partition& partition) const {
  if (bytes_ever_ - partition.messages.front().bytes_so_far > later_bytes_max) return 0;
  return partition.bytes > partition_bytes_max ? 1 : 2;
}

bool HeldMessages::has_room(std::size_t batch_records, std::size_t bytes_max) const {
  if (count_ >= batch_records * batches_max || bytes_ >= bytes_max) return false;
  return count_ < batch_records || !is_over_bound();
}

bool HeldMessages::is_over_bound() const {
  return std::ranges::any_of(
      by_partition_, [](const auto& entry) { return entry.second.bytes > partition_bytes_max; });
}

void HeldMessages::drop(std::int32_t partition) {
  const auto dropped = by_partition_.find(partition);
  if (dropped == by_partition_.end()) return;
  count_ -= dropped->second.messages.size();
  bytes_ -= dropped->second.bytes;
  by_partition_.erase(dropped);
}

void HeldMessages::clear() {
  by_partition_.clear();
  count_ = bytes_ = 0;
}

}  // namespace tollgate::kafka
