// SPDX-License-Identifier: Apache-2.0
#include "kafka/admin_requests.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <stdexcept>

#include "kafka/topic_replicas.hpp"

namespace tollgate::kafka {
namespace {

using OptionsHandle =
    std::unique_ptr<rd_kafka_AdminOptions_t, Destroy<rd_kafka_AdminOptions_destroy>>;
using NewTopicHandle = std::unique_ptr<rd_kafka_NewTopic_t, Destroy<rd_kafka_NewTopic_destroy>>;
using DeleteTopicHandle =
    std::unique_ptr<rd_kafka_DeleteTopic_t, Destroy<rd_kafka_DeleteTopic_destroy>>;
using NewPartitionsHandle =
    std::unique_ptr<rd_kafka_NewPartitions_t, Destroy<rd_kafka_NewPartitions_destroy>>;
using ResourceHandle =
    std::unique_ptr<rd_kafka_ConfigResource_t, Destroy<rd_kafka_ConfigResource_destroy>>;
using MetadataHandle =
    std::unique_ptr<const rd_kafka_metadata_t, Destroy<rd_kafka_metadata_destroy>>;

constexpr int answer_slack_ms = 1'000;

[[noreturn]] void fail(const std::string& doing, const char* reason) {
  throw std::runtime_error(doing + ": " + (reason != nullptr ? reason : "no reason given"));
}

/// One request under way: its options and the queue that only its own answer comes to.
class Request {
 public:
  Request(rd_kafka_t* client, rd_kafka_admin_op_t operation, std::string doing, int wait_ms)
      : doing_(std::move(doing)),
        wait_ms_(wait_ms),
        options_(rd_kafka_AdminOptions_new(client, operation)),
        queue_(rd_kafka_queue_new(client)) {
    std::array<char, 256> reason{};
    rd_kafka_AdminOptions_set_request_timeout(options_.get(), wait_ms, reason.data(),
                                              reason.size());
    // Wait until the brokers have carried a change out, not only taken note of it. Refused, and
    // not needed, where nothing is carried out.
    rd_kafka_AdminOptions_set_operation_timeout(options_.get(), wait_ms, reason.data(),
                                                reason.size());
  }

  [[nodiscard]] rd_kafka_AdminOptions_t* options() const { return options_.get(); }
  [[nodiscard]] rd_kafka_queue_t* queue() const { return queue_.get(); }
  [[nodiscard]] const std::string& doing() const { return doing_; }

  [[nodiscard]] EventHandle answer() const {
    EventHandle event{rd_kafka_queue_poll(queue_.get(), wait_ms_ + answer_slack_ms)};
    if (!event) fail(doing_, "no answer in time");
    if (rd_kafka_event_error(event.get()) != RD_KAFKA_RESP_ERR_NO_ERROR) {
      fail(doing_, rd_kafka_event_error_string(event.get()));
    }
    return event;
  }

 private:
  const std::string doing_;
  const int wait_ms_;
  OptionsHandle options_;
  QueueHandle queue_;
};

/// Throws unless the only topic of the answer has no error or the one that is `fine`, which it
/// returns.
rd_kafka_resp_err_t check_topic(const Request& request,
                                std::span<const rd_kafka_topic_result_t*> topics,
                                rd_kafka_resp_err_t fine = RD_KAFKA_RESP_ERR_NO_ERROR) {
  if (topics.size() != 1) fail(request.doing(), "an answer about another topic");
  const auto error = rd_kafka_topic_result_error(topics[0]);
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR || error == fine) return error;
  const char* reason = rd_kafka_topic_result_error_string(topics[0]);
  fail(request.doing(), reason != nullptr ? reason : rd_kafka_err2str(error));
}

const rd_kafka_ConfigResource_t* check_resource(
    const Request& request, std::span<const rd_kafka_ConfigResource_t*> resources) {
  if (resources.size() != 1) fail(request.doing(), "an answer about another topic");
  const auto error = rd_kafka_ConfigResource_error(resources[0]);
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) return resources[0];
  const char* reason = rd_kafka_ConfigResource_error_string(resources[0]);
  fail(request.doing(), reason != nullptr ? reason : rd_kafka_err2str(error));
}

MetadataHandle metadata_of(rd_kafka_t* client, const std::string& topic, int wait_ms) {
  const TopicHandle handle{rd_kafka_topic_new(client, topic.c_str(), nullptr)};
  const rd_kafka_metadata_t* answer = nullptr;
  const auto error = rd_kafka_metadata(client, 0, handle.get(), &answer, wait_ms);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) fail("topic " + topic, rd_kafka_err2str(error));
  return MetadataHandle{answer};
}

const rd_kafka_metadata_topic_t& only_topic(const rd_kafka_metadata_t& metadata,
                                            const std::string& topic) {
  if (metadata.topic_cnt != 1) fail("topic " + topic, "unknown");
  const auto& found = metadata.topics[0];
  if (found.err != RD_KAFKA_RESP_ERR_NO_ERROR) fail("topic " + topic, rd_kafka_err2str(found.err));
  return found;
}

}  // namespace

bool create_topic(rd_kafka_t* client, const TopicSpec& spec, int wait_ms) {
  const Request request{client, RD_KAFKA_ADMIN_OP_CREATETOPICS, "creating topic " + spec.name,
                        wait_ms};
  std::array<char, 256> reason{};
  const NewTopicHandle topic{rd_kafka_NewTopic_new(
      spec.name.c_str(), spec.partitions, spec.replication_factor, reason.data(), reason.size())};
  if (!topic) fail(request.doing(), reason.data());
  for (const auto& [name, value] : spec.config) {
    rd_kafka_NewTopic_set_config(topic.get(), name.c_str(), value.c_str());
  }
  std::array<rd_kafka_NewTopic_t*, 1> topics{topic.get()};
  rd_kafka_CreateTopics(client, topics.data(), topics.size(), request.options(), request.queue());
  const EventHandle event = request.answer();
  std::size_t count = 0;
  const auto** results =
      rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event.get()), &count);
  return check_topic(request, {results, count}, RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS) ==
         RD_KAFKA_RESP_ERR_NO_ERROR;
}

void delete_topic(rd_kafka_t* client, const std::string& topic, int wait_ms) {
  const Request request{client, RD_KAFKA_ADMIN_OP_DELETETOPICS, "deleting topic " + topic, wait_ms};
  const DeleteTopicHandle wanted{rd_kafka_DeleteTopic_new(topic.c_str())};
  std::array<rd_kafka_DeleteTopic_t*, 1> topics{wanted.get()};
  rd_kafka_DeleteTopics(client, topics.data(), topics.size(), request.options(), request.queue());
  const EventHandle event = request.answer();
  std::size_t count = 0;
  const auto** results =
      rd_kafka_DeleteTopics_result_topics(rd_kafka_event_DeleteTopics_result(event.get()), &count);
  check_topic(request, {results, count}, RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART);
}

void create_partitions(rd_kafka_t* client, const std::string& topic, int partitions, int wait_ms) {
  const Request request{client, RD_KAFKA_ADMIN_OP_CREATEPARTITIONS,
                        "adding partitions to topic " + topic, wait_ms};
  std::array<char, 256> reason{};
  const NewPartitionsHandle wanted{rd_kafka_NewPartitions_new(
      topic.c_str(), static_cast<std::size_t>(partitions), reason.data(), reason.size())};
  if (!wanted) fail(request.doing(), reason.data());
  std::array<rd_kafka_NewPartitions_t*, 1> topics{wanted.get()};
  rd_kafka_CreatePartitions(client, topics.data(), topics.size(), request.options(),
                            request.queue());
  const EventHandle event = request.answer();
  std::size_t count = 0;
  const auto** results = rd_kafka_CreatePartitions_result_topics(
      rd_kafka_event_CreatePartitions_result(event.get()), &count);
  check_topic(request, {results, count});
}

TopicConfig describe_config(rd_kafka_t* client, const std::string& topic, ConfigScope scope,
                            int wait_ms) {
  const Request request{client, RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS,
                        "reading the settings of topic " + topic, wait_ms};
  const ResourceHandle wanted{rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic.c_str())};
  std::array<rd_kafka_ConfigResource_t*, 1> resources{wanted.get()};
  rd_kafka_DescribeConfigs(client, resources.data(), resources.size(), request.options(),
                           request.queue());
  const EventHandle event = request.answer();
  std::size_t count = 0;
  const auto** results = rd_kafka_DescribeConfigs_result_resources(
      rd_kafka_event_DescribeConfigs_result(event.get()), &count);
  const auto* described = check_resource(request, {results, count});
  const auto** entries = rd_kafka_ConfigResource_configs(described, &count);
  TopicConfig config;
  for (const auto* entry : std::span{entries, count}) {
    const auto source = rd_kafka_ConfigEntry_source(entry);
    const bool is_own = source == RD_KAFKA_CONFIG_SOURCE_DYNAMIC_TOPIC_CONFIG;
    if (scope == ConfigScope::own && !is_own) continue;
    const char* value = rd_kafka_ConfigEntry_value(entry);
    config[rd_kafka_ConfigEntry_name(entry)] = value != nullptr ? value : "";
  }
  return config;
}

void alter_config(rd_kafka_t* client, const std::string& topic, const TopicConfig& config,
                  int wait_ms) {
  const Request request{client, RD_KAFKA_ADMIN_OP_ALTERCONFIGS,
                        "changing the settings of topic " + topic, wait_ms};
  const ResourceHandle wanted{rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic.c_str())};
  for (const auto& [name, value] : config) {
    rd_kafka_ConfigResource_set_config(wanted.get(), name.c_str(), value.c_str());
  }
  std::array<rd_kafka_ConfigResource_t*, 1> resources{wanted.get()};
  rd_kafka_AlterConfigs(client, resources.data(), resources.size(), request.options(),
                        request.queue());
  const EventHandle event = request.answer();
  std::size_t count = 0;
  const auto** results = rd_kafka_AlterConfigs_result_resources(
      rd_kafka_event_AlterConfigs_result(event.get()), &count);
  check_resource(request, {results, count});
}

int count_partitions(rd_kafka_t* client, const std::string& topic, int wait_ms) {
  const MetadataHandle metadata = metadata_of(client, topic, wait_ms);
  return only_topic(*metadata, topic).partition_cnt;
}

int count_replicas(rd_kafka_t* client, const std::string& topic, int wait_ms) {
  const MetadataHandle metadata = metadata_of(client, topic, wait_ms);
  const auto partitions = partitions_of(only_topic(*metadata, topic));
  if (partitions.empty()) fail("topic " + topic, "without partitions");
  return std::ranges::min_element(partitions, {},
                                  [](const auto& partition) { return partition.replica_cnt; })
      ->replica_cnt;
}

std::optional<int> partitions_led(rd_kafka_t* client, const std::string& topic, int wait_ms) {
  const MetadataHandle metadata = metadata_of(client, topic, wait_ms);
  if (metadata->topic_cnt != 1) return std::nullopt;
  if (metadata->topics[0].err != RD_KAFKA_RESP_ERR_NO_ERROR) return std::nullopt;
  const auto& found = metadata->topics[0];
  return static_cast<int>(std::ranges::count_if(
      partitions_of(found), [](const auto& partition) { return partition.leader >= 0; }));
}

}  // namespace tollgate::kafka
