// SPDX-License-Identifier: Apache-2.0
#include "kafka/broker_probe.hpp"

#include <memory>

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
  for (;;) {
    std::string reason = ask();
    const bool ready = reason.empty();
    if (ready != ready_.exchange(ready)) {
      if (ready) log::info("kafka is there", {{"topic", topic_}});
      else log::error("kafka is away", {{"topic", topic_}, {"reason", reason}});
    }
    {
      const std::lock_guard lock{mutex_};
      reason_ = std::move(reason);
      if (stopping_) return;
    }
    pause(ready ? pause_while_fine : pause_while_away);
    const std::lock_guard lock{mutex_};
    if (stopping_) return;
  }
}

std::string BrokerProbe::ask() {
  const TopicHandle topic{rd_kafka_topic_new(client_, topic_.c_str(), nullptr)};
  const rd_kafka_metadata_t* answer = nullptr;
  const auto error = rd_kafka_metadata(client_, 0, topic.get(), &answer,
                                       static_cast<int>(answer_max.count()));
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return rd_kafka_err2str(error);
  const std::unique_ptr<const rd_kafka_metadata_t, Destroy<rd_kafka_metadata_destroy>> owner{answer};
  if (answer->topic_cnt != 1) return "the broker does not know topic " + topic_;
  const auto& found = answer->topics[0];
  if (found.err != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return "topic " + topic_ + ": " + rd_kafka_err2str(found.err);
  }
  for (int i = 0; i < found.partition_cnt; ++i) {
    if (found.partitions[i].leader < 0) return "a partition of " + topic_ + " has no leader";
  }
  return {};
}

void BrokerProbe::pause(std::chrono::milliseconds length) {
  std::unique_lock lock{mutex_};
  woken_.wait_for(lock, length, [this] { return stopping_ || hurried_; });
  hurried_ = false;
}

}  // namespace tollgate::kafka
