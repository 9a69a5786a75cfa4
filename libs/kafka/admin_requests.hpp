// SPDX-License-Identifier: Apache-2.0
// The requests of Kafka's admin protocol, one function each: sent, awaited, answered. All throw
// std::runtime_error with Kafka's message. For admin.cpp only.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "kafka/admin.hpp"
#include "kafka/handles.hpp"

namespace tollgate::kafka {

using TopicConfig = std::map<std::string, std::string>;

/// False when there is a topic of that name already.
bool create_topic(rd_kafka_t* client, const TopicSpec& spec, int wait_ms);

/// A topic that does not exist is no error.
void delete_topic(rd_kafka_t* client, const std::string& topic, int wait_ms);

/// Raises the number of partitions to `partitions`.
void create_partitions(rd_kafka_t* client, const std::string& topic, int partitions, int wait_ms);

enum class ConfigScope {
  own,       ///< set on the topic itself, without what it has from the brokers
  in_force,  ///< all of it
};
TopicConfig describe_config(rd_kafka_t* client, const std::string& topic, ConfigScope scope,
                            int wait_ms);

/// Replaces all settings of the topic itself.
void alter_config(rd_kafka_t* client, const std::string& topic, const TopicConfig& config,
                  int wait_ms);

int count_partitions(rd_kafka_t* client, const std::string& topic, int wait_ms);

/// How many replicas the partition with the fewest has, in sync or not.
int count_replicas(rd_kafka_t* client, const std::string& topic, int wait_ms);

/// How many partitions have a leader; nothing when the broker asked does not know the topic (yet).
std::optional<int> partitions_led(rd_kafka_t* client, const std::string& topic, int wait_ms);

}  // namespace tollgate::kafka
