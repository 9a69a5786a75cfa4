// SPDX-License-Identifier: Apache-2.0
// What a topic's metadata says about who could take a record. Asking for it is broker_probe.hpp's.
#pragma once

#include <librdkafka/rdkafka.h>

#include <algorithm>
#include <span>

namespace tollgate::kafka {

inline std::span<const rd_kafka_metadata_partition_t> partitions_of(
    const rd_kafka_metadata_topic_t& topic) {
  return {topic.partitions, static_cast<std::size_t>(topic.partition_cnt)};
}

inline bool has_leader(const rd_kafka_metadata_topic_t& topic) {
  return std::ranges::any_of(partitions_of(topic),
                             [](const auto& partition) { return partition.leader >= 0; });
}

inline bool all_in_sync(const rd_kafka_metadata_topic_t& topic) {
  return std::ranges::all_of(partitions_of(topic), [](const auto& partition) {
    return partition.isr_cnt == partition.replica_cnt;
  });
}

/// Whether a write with acks=all can succeed in some partition: one is enough, since records for
/// the others time out and are sent again. `in_sync_min` is the topic's `min.insync.replicas`; of a
/// partition with fewer replicas Kafka demands no more than it has (KIP-966).
inline bool has_enough_in_sync(const rd_kafka_metadata_topic_t& topic, int in_sync_min) {
  return std::ranges::any_of(partitions_of(topic), [&](const auto& partition) {
    return partition.leader >= 0 &&
           partition.isr_cnt >= std::min<int>(in_sync_min, partition.replica_cnt);
  });
}

}  // namespace tollgate::kafka
