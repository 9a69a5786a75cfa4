// SPDX-License-Identifier: Apache-2.0
#include "kafka/admin.hpp"

#include <algorithm>
#include <stdexcept>
#include <thread>

#include "kafka/admin_requests.hpp"
#include "kafka/client_conf.hpp"
#include "kafka/handles.hpp"

namespace tollgate::kafka {

struct Admin::Handle {
  ClientHandle client;
};

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds pause_between_looks{50};

int milliseconds_until(Clock::time_point deadline) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
  return static_cast<int>(std::max<std::int64_t>(left.count(), 1));
}

/// Clients find the topic at once only when every partition has its leader. The controller's answer
/// comes a little before that.
void wait_for_leaders(rd_kafka_t* client, const TopicSpec& spec, Clock::time_point deadline) {
  while (true) {
    const std::optional<int> led = partitions_led(client, spec.name, milliseconds_until(deadline));
    if (led.value_or(0) >= spec.partitions) return;
    if (Clock::now() >= deadline) {
      throw std::runtime_error("topic " + spec.name + ": partitions without a leader");
    }
    std::this_thread::sleep_for(pause_between_looks);
  }
}

bool is_part_of(const std::map<std::string, std::string>& wanted, const TopicConfig& current) {
  return std::ranges::all_of(wanted, [&](const auto& entry) {
    const auto found = current.find(entry.first);
    return found != current.end() && found->second == entry.second;
  });
}

/// Settings made for more replicas than there are (`min.insync.replicas`) stop every publish on a
/// Kafka older than 4.0, and promise a safety that is not there on a newer one.
void check_replication(rd_kafka_t* client, const TopicSpec& spec, Clock::time_point deadline) {
  const int replicas = count_replicas(client, spec.name, milliseconds_until(deadline));
  if (replicas >= spec.replication_factor) return;
  throw std::runtime_error(
      "topic " + spec.name + " has replication factor " + std::to_string(replicas) + ", not " +
      std::to_string(spec.replication_factor) +
      ", and was left as it is: reassign its partitions first (kafka-reassign-partitions.sh), or "
      "ask for the replication factor that it has");
}

bool adjust_config(rd_kafka_t* client, const TopicSpec& spec, Clock::time_point deadline) {
  TopicConfig config =
      describe_config(client, spec.name, ConfigScope::own, milliseconds_until(deadline));
  if (is_part_of(spec.config, config)) return false;
  // Kafka's call replaces all of a topic's own settings, so those we do not name are sent along.
  for (const auto& [name, value] : spec.config) config[name] = value;
  alter_config(client, spec.name, config, milliseconds_until(deadline));
  return true;
}

bool add_partitions(rd_kafka_t* client, const TopicSpec& spec, Clock::time_point deadline) {
  if (count_partitions(client, spec.name, milliseconds_until(deadline)) >= spec.partitions) {
    return false;
  }
  create_partitions(client, spec.name, spec.partitions, milliseconds_until(deadline));
  wait_for_leaders(client, spec, deadline);
  return true;
}

std::int64_t count_records(rd_kafka_t* client, const std::string& topic, std::int32_t partition,
                           Clock::time_point deadline) {
  while (true) {
    std::int64_t begin = 0;
    std::int64_t end = 0;
    const auto error = rd_kafka_query_watermark_offsets(client, topic.c_str(), partition, &begin,
                                                        &end, milliseconds_until(deadline));
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) return end - begin;
    // A leader that was elected just now may not know it yet.
    const bool may_pass = error == RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION;
    if (!may_pass || Clock::now() >= deadline) {
      throw std::runtime_error("offsets of " + topic + ": " + rd_kafka_err2str(error));
    }
    std::this_thread::sleep_for(pause_between_looks);
  }
}

}  // namespace

Admin::Admin(const Properties& properties)
    : handle_(std::make_unique<Handle>(
          Handle{make_client(RD_KAFKA_PRODUCER, make_conf({}, properties))})) {}

Admin::~Admin() = default;

TopicOutcome Admin::apply(const TopicSpec& spec, std::chrono::milliseconds wait_max) {
  const auto deadline = Clock::now() + wait_max;
  rd_kafka_t* client = handle_->client.get();
  if (create_topic(client, spec, milliseconds_until(deadline))) {
    wait_for_leaders(client, spec, deadline);
    return TopicOutcome::created;
  }
  check_replication(client, spec, deadline);
  const bool adjusted = adjust_config(client, spec, deadline);
  const bool extended = add_partitions(client, spec, deadline);
  return adjusted || extended ? TopicOutcome::adjusted : TopicOutcome::unchanged;
}

void Admin::remove(const std::string& topic, std::chrono::milliseconds wait_max) {
  delete_topic(handle_->client.get(), topic, static_cast<int>(wait_max.count()));
}

std::int64_t Admin::count(const std::string& topic, std::chrono::milliseconds wait_max) {
  const auto deadline = Clock::now() + wait_max;
  rd_kafka_t* client = handle_->client.get();
  const int partitions = count_partitions(client, topic, milliseconds_until(deadline));
  std::int64_t count = 0;
  for (std::int32_t partition = 0; partition < partitions; ++partition) {
    count += count_records(client, topic, partition, deadline);
  }
  return count;
}

}  // namespace tollgate::kafka
