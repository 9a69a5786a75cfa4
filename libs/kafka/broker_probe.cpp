// SPDX-License-Identifier: Apache-2.0
#include "kafka/broker_probe.hpp"

#include <algorithm>
#include <memory>
#include <span>

#include "base/log.hpp"

namespace tollgate::kafka {

BrokerProbe::BrokerProbe(rd_kafka_t* client, std::string topic)
    : client_(client), topic_(std::move(topic)), thread_([this] { run(); }) {}

BrokerProbe::~BrokerProbe() {
  {
    const std::lock_guard lock{mutex_};
    stopping_ = true;
  }
  woken_.notify_one();
  thread_.join();
}

void BrokerProbe::hurry() {
  {
    const std::lock_guard lock{mutex_};
    hurried_ = true;
  }
  woken_.notify_one();
}

std::string BrokerProbe::reason() const {
  const std::lock_guard lock{mutex_};
  return reason_;
}

void BrokerProbe::run() {
  do {
    tell(ask());
  } while (pause(is_ready() ? pause_while_fine : pause_while_away));
}

void BrokerProbe::tell(std::string reason) {
  const bool ready = reason.empty();
  if (ready && !is_ready()) log::info("kafka is there", {{"topic", topic_}});
  if (!ready && reason != this->reason()) {
    log::error("kafka is away", {{"topic", topic_}, {"reason", reason}});
  }
  {
    const std::lock_guard lock{mutex_};
    reason_ = std::move(reason);
  }
  ready_ = ready;
}

std::string BrokerProbe::ask() {
  const TopicHandle topic{rd_kafka_topic_new(client_, topic_.c_str(), nullptr)};
  const rd_kafka_metadata_t* answer = nullptr;
  const auto error = look(topic.get(), &answer);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return rd_kafka_err2str(error);
  const std::unique_ptr<const rd_kafka_metadata_t, Destroy<rd_kafka_metadata_destroy>> owner{
      answer};
  if (answer->topic_cnt != 1) return "the broker does not know topic " + topic_;
  const auto& found = answer->topics[0];
  if (found.err != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return "topic " + topic_ + ": " + rd_kafka_err2str(found.err);
  }
  // One leader is enough: records for the others time out and are sent again, the rest goes on.
  const std::span partitions{found.partitions, static_cast<std::size_t>(found.partition_cnt)};
  const bool has_leader =
      std::ranges::any_of(partitions, [](const auto& partition) { return partition.leader >= 0; });
  return has_leader ? std::string{} : "no partition of topic " + topic_ + " has a leader";
}

// Several short looks rather than a long one: the process may want to end meanwhile.
rd_kafka_resp_err_t BrokerProbe::look(rd_kafka_topic_t* topic,
                                      const rd_kafka_metadata_t** answer) const {
  auto error = RD_KAFKA_RESP_ERR__TIMED_OUT;
  for (int i = 0; i < looks_max && error != RD_KAFKA_RESP_ERR_NO_ERROR && !is_stopping(); ++i) {
    error = rd_kafka_metadata(client_, 0, topic, answer, static_cast<int>(look_max.count()));
  }
  return error;
}

bool BrokerProbe::is_stopping() const {
  const std::lock_guard lock{mutex_};
  return stopping_;
}

bool BrokerProbe::pause(std::chrono::milliseconds length) {
  std::unique_lock lock{mutex_};
  woken_.wait_for(lock, length, [this] { return stopping_ || hurried_; });
  hurried_ = false;
  return !stopping_;
}

}  // namespace tollgate::kafka
