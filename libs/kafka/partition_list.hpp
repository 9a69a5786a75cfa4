// SPDX-License-Identifier: Apache-2.0
// Partitions and offsets of one topic, to and from librdkafka's lists. For the .cpp files of
// libs/kafka only.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "kafka/consumer.hpp"
#include "kafka/handles.hpp"

namespace tollgate::kafka {

inline PartitionsHandle partition_list(const std::string& topic,
                                       std::span<const PartitionOffset> offsets) {
  PartitionsHandle list{rd_kafka_topic_partition_list_new(static_cast<int>(offsets.size()))};
  for (const PartitionOffset& offset : offsets) {
    rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), offset.partition)->offset =
        offset.next_offset;
  }
  return list;
}

inline std::vector<std::int32_t> partition_numbers(const rd_kafka_topic_partition_list_t* list) {
  std::vector<std::int32_t> numbers;
  numbers.reserve(static_cast<std::size_t>(list->cnt));
  for (int i = 0; i < list->cnt; ++i) numbers.push_back(list->elems[i].partition);
  return numbers;
}

}  // namespace tollgate::kafka
