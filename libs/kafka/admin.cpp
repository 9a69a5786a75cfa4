// SPDX-License-Identifier: Apache-2.0
#include "kafka/admin.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

#include "kafka/client_conf.hpp"
#include "kafka/handles.hpp"

namespace tollgate::kafka {
namespace {

using OptionsHandle = std::unique_ptr<rd_kafka_AdminOptions_t, Destroy<rd_kafka_AdminOptions_destroy>>;
using NewTopicHandle = std::unique_ptr<rd_kafka_NewTopic_t, Destroy<rd_kafka_NewTopic_destroy>>;
using ResourceHandle =
    std::unique_ptr<rd_kafka_ConfigResource_t, Destroy<rd_kafka_ConfigResource_destroy>>;
using MetadataHandle = std::unique_ptr<const rd_kafka_metadata_t, Destroy<rd_kafka_metadata_destroy>>;

[[noreturn]] void fail(const std::string& doing, const std::string& reason) {
  throw std::runtime_error(doing + ": " + reason);
}

OptionsHandle options_for(rd_kafka_t* client, rd_kafka_admin_op_t operation, int wait_ms) {
  OptionsHandle options{rd_kafka_AdminOptions_new(client, operation)};
  std::array<char, 256> reason{};
  rd_kafka_AdminOptions_set_request_timeout(options.get(), wait_ms, reason.data(), reason.size());
  // Wait until the brokers have carried the change out, not only taken note of it.
  rd_kafka_AdminOptions_set_operation_timeout(options.get(), wait_ms, reason.data(), reason.size());
  return options;
}

EventHandle answer_of(rd_kafka_queue_t* queue, const std::string& doing, int wait_ms) {
  EventHandle event{rd_kafka_queue_poll(queue, wait_ms + 1'000)};
  if (!event) fail(doing, "no answer in time");
  if (rd_kafka_event_error(event.get()) != RD_KAFKA_RESP_ERR_NO_ERROR) {
    fail(doing, rd_kafka_event_error_string(event.get()));
  }
  return event;
}

/// True when the one topic of the answer was made, false when it was there already.
bool is_created(const EventHandle& event, const std::string& doing) {
  std::size_t count = 0;
  const auto* result = rd_kafka_event_CreateTopics_result(event.get());
  const auto** topics = rd_kafka_CreateTopics_result_topics(result, &count);
  const auto error = rd_kafka_topic_result_error(topics[0]);
  if (error == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS) return false;
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
    const char* text = rd_kafka_topic_result_error_string(topics[0]);
    fail(doing, text != nullptr ? text : rd_kafka_err2str(error));
  }
  return true;
}

}  // namespace

struct Admin::Handle {
  ClientHandle client;
  QueueHandle queue;

  bool create(const TopicSpec& spec, int wait_ms);
  bool adjust_config(const TopicSpec& spec, int wait_ms);
  std::map<std::string, std::string> config_of(const std::string& topic, int wait_ms);
  bool add_partitions(const TopicSpec& spec, int wait_ms);
  int partitions_of(const std::string& topic, int wait_ms);
};

Admin::Admin(const Properties& properties)
    : handle_(std::make_unique<Handle>(
          make_client(RD_KAFKA_PRODUCER, make_conf({{"log.connection.close", "false"}}, properties)),
          nullptr)) {
  handle_->queue.reset(rd_kafka_queue_new(handle_->client.get()));
}

Admin::~Admin() = default;

bool Admin::Handle::create(const TopicSpec& spec, int wait_ms) {
  const std::string doing = "creating topic " + spec.name;
  std::array<char, 256> reason{};
  const NewTopicHandle topic{rd_kafka_NewTopic_new(spec.name.c_str(), spec.partitions,
                                                   spec.replication_factor, reason.data(),
                                                   reason.size())};
  if (!topic) fail(doing, reason.data());
  for (const auto& [name, value] : spec.config) {
    rd_kafka_NewTopic_set_config(topic.get(), name.c_str(), value.c_str());
  }
  const auto options = options_for(client.get(), RD_KAFKA_ADMIN_OP_CREATETOPICS, wait_ms);
  std::array<rd_kafka_NewTopic_t*, 1> topics{topic.get()};
  rd_kafka_CreateTopics(client.get(), topics.data(), topics.size(), options.get(), queue.get());
  return is_created(answer_of(queue.get(), doing, wait_ms), doing);
}

std::map<std::string, std::string> Admin::Handle::config_of(const std::string& topic, int wait_ms) {
  const std::string doing = "reading the settings of topic " + topic;
  const ResourceHandle resource{rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic.c_str())};
  const auto options = options_for(client.get(), RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS, wait_ms);
  std::array<rd_kafka_ConfigResource_t*, 1> resources{resource.get()};
  rd_kafka_DescribeConfigs(client.get(), resources.data(), resources.size(), options.get(),
                           queue.get());
  const auto event = answer_of(queue.get(), doing, wait_ms);
  std::size_t count = 0;
  const auto** described = rd_kafka_DescribeConfigs_result_resources(
      rd_kafka_event_DescribeConfigs_result(event.get()), &count);
  if (rd_kafka_ConfigResource_error(described[0]) != RD_KAFKA_RESP_ERR_NO_ERROR) {
    fail(doing, rd_kafka_err2str(rd_kafka_ConfigResource_error(described[0])));
  }
  std::map<std::string, std::string> config;
  const auto** entries = rd_kafka_ConfigResource_configs(described[0], &count);
  for (std::size_t i = 0; i < count; ++i) {
    if (rd_kafka_ConfigEntry_source(entries[i]) != RD_KAFKA_CONFIG_SOURCE_DYNAMIC_TOPIC_CONFIG) {
      continue;  // A broker's default, not the topic's own.
    }
    const char* value = rd_kafka_ConfigEntry_value(entries[i]);
    config[rd_kafka_ConfigEntry_name(entries[i])] = value != nullptr ? value : "";
  }
  return config;
}

bool Admin::Handle::adjust_config(const TopicSpec& spec, int wait_ms) {
  const auto current = config_of(spec.name, wait_ms);
  const bool same = std::ranges::all_of(spec.config, [&](const auto& wanted) {
    const auto found = current.find(wanted.first);
    return found != current.end() && found->second == wanted.second;
  });
  if (same) return false;
  const std::string doing = "changing the settings of topic " + spec.name;
  const ResourceHandle resource{
      rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, spec.name.c_str())};
  // Kafka's call replaces all of a topic's own settings, so those we do not name are sent along.
  auto all = current;
  for (const auto& [name, value] : spec.config) all[name] = value;
  for (const auto& [name, value] : all) {
    rd_kafka_ConfigResource_set_config(resource.get(), name.c_str(), value.c_str());
  }
  const auto options = options_for(client.get(), RD_KAFKA_ADMIN_OP_ALTERCONFIGS, wait_ms);
  std::array<rd_kafka_ConfigResource_t*, 1> resources{resource.get()};
  rd_kafka_AlterConfigs(client.get(), resources.data(), resources.size(), options.get(),
                        queue.get());
  const auto event = answer_of(queue.get(), doing, wait_ms);
  std::size_t count = 0;
  const auto** altered = rd_kafka_AlterConfigs_result_resources(
      rd_kafka_event_AlterConfigs_result(event.get()), &count);
  if (rd_kafka_ConfigResource_error(altered[0]) != RD_KAFKA_RESP_ERR_NO_ERROR) {
    fail(doing, rd_kafka_ConfigResource_error_string(altered[0]));
  }
  return true;
}

int Admin::Handle::partitions_of(const std::string& topic, int wait_ms) {
  const TopicHandle handle{rd_kafka_topic_new(client.get(), topic.c_str(), nullptr)};
  const rd_kafka_metadata_t* answer = nullptr;
  const auto error = rd_kafka_metadata(client.get(), 0, handle.get(), &answer, wait_ms);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) fail("metadata of " + topic, rd_kafka_err2str(error));
  const MetadataHandle owner{answer};
  if (answer->topic_cnt != 1 || answer->topics[0].err != RD_KAFKA_RESP_ERR_NO_ERROR) {
    fail("metadata of " + topic, rd_kafka_err2str(answer->topics[0].err));
  }
  return answer->topics[0].partition_cnt;
}

bool Admin::Handle::add_partitions(const TopicSpec& spec, int wait_ms) {
  if (partitions_of(spec.name, wait_ms) >= spec.partitions) return false;
  const std::string doing = "adding partitions to topic " + spec.name;
  std::array<char, 256> reason{};
  const std::unique_ptr<rd_kafka_NewPartitions_t, Destroy<rd_kafka_NewPartitions_destroy>> wanted{
      rd_kafka_NewPartitions_new(spec.name.c_str(), static_cast<std::size_t>(spec.partitions),
                                 reason.data(), reason.size())};
  if (!wanted) fail(doing, reason.data());
  const auto options = options_for(client.get(), RD_KAFKA_ADMIN_OP_CREATEPARTITIONS, wait_ms);
  std::array<rd_kafka_NewPartitions_t*, 1> all{wanted.get()};
  rd_kafka_CreatePartitions(client.get(), all.data(), all.size(), options.get(), queue.get());
  const auto event = answer_of(queue.get(), doing, wait_ms);
  std::size_t count = 0;
  const auto** topics = rd_kafka_CreatePartitions_result_topics(
      rd_kafka_event_CreatePartitions_result(event.get()), &count);
  if (rd_kafka_topic_result_error(topics[0]) != RD_KAFKA_RESP_ERR_NO_ERROR) {
    fail(doing, rd_kafka_err2str(rd_kafka_topic_result_error(topics[0])));
  }
  return true;
}

TopicOutcome Admin::apply(const TopicSpec& spec, std::chrono::milliseconds wait_max) {
  const int wait_ms = static_cast<int>(wait_max.count());
  if (handle_->create(spec, wait_ms)) return TopicOutcome::created;
  const bool adjusted = handle_->adjust_config(spec, wait_ms);
  const bool extended = handle_->add_partitions(spec, wait_ms);
  return adjusted || extended ? TopicOutcome::adjusted : TopicOutcome::unchanged;
}

void Admin::remove(const std::string& topic, std::chrono::milliseconds wait_max) {
  const int wait_ms = static_cast<int>(wait_max.count());
  const std::string doing = "deleting topic " + topic;
  const std::unique_ptr<rd_kafka_DeleteTopic_t, Destroy<rd_kafka_DeleteTopic_destroy>> wanted{
      rd_kafka_DeleteTopic_new(topic.c_str())};
  const auto options =
      options_for(handle_->client.get(), RD_KAFKA_ADMIN_OP_DELETETOPICS, wait_ms);
  std::array<rd_kafka_DeleteTopic_t*, 1> all{wanted.get()};
  rd_kafka_DeleteTopics(handle_->client.get(), all.data(), all.size(), options.get(),
                        handle_->queue.get());
  const auto event = answer_of(handle_->queue.get(), doing, wait_ms);
  std::size_t count = 0;
  const auto** topics = rd_kafka_DeleteTopics_result_topics(
      rd_kafka_event_DeleteTopics_result(event.get()), &count);
  const auto error = rd_kafka_topic_result_error(topics[0]);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR && error != RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART) {
    fail(doing, rd_kafka_err2str(error));
  }
}

std::int64_t Admin::count(const std::string& topic, std::chrono::milliseconds wait_max) {
  const int wait_ms = static_cast<int>(wait_max.count());
  const int partitions = handle_->partitions_of(topic, wait_ms);
  std::int64_t count = 0;
  for (std::int32_t partition = 0; partition < partitions; ++partition) {
    std::int64_t low = 0;
    std::int64_t high = 0;
    const auto error = rd_kafka_query_watermark_offsets(handle_->client.get(), topic.c_str(),
                                                        partition, &low, &high, wait_ms);
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) fail("offsets of " + topic, rd_kafka_err2str(error));
    count += high - low;
  }
  return count;
}

}  // namespace tollgate::kafka
