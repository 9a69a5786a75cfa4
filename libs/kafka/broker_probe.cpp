// SPDX-License-Identifier: Apache-2.0
#include "kafka/broker_probe.hpp"

#include <exception>
#include <memory>
#include <utility>

#include "base/log.hpp"
#include "kafka/admin_requests.hpp"
#include "kafka/topic_replicas.hpp"

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

void BrokerProbe::hurry(std::string suspicion) {
  {
    const std::lock_guard lock{mutex_};
    hurried_ = true;
    // The first complaint is nearest to the cause.
    if (suspicion_.empty()) suspicion_ = std::move(suspicion);
  }
  woken_.notify_one();
}

std::string BrokerProbe::reason() const {
  const std::lock_guard lock{mutex_};
  return reason_;
}

void BrokerProbe::run() {
  do {
    Finding finding = ask();
    if (!is_stopping()) tell(std::move(finding));
  } while (pause(reason().empty() ? pause_while_fine : pause_while_away));
}

void BrokerProbe::tell(Finding finding) {
  const std::string before = reason();
  const std::string suspicion = take_suspicion();
  if (finding.reach == Reach::fine && !before.empty()) {
    ++recoveries_;
    log::info("kafka is there", {{"topic", topic_}});
  } else if (finding.reach == Reach::fine && !suspicion.empty()) {
    log::write_bounded(log::Level::warning, {}, "kafka met a fault and can be written",
                       {{"topic", topic_}, {"detail", suspicion}});
  } else if (finding.reason != before) {
    log::write_bounded(log::Level::error, {}, "kafka is away",
                       {{"topic", topic_}, {"reason", finding.reason}, {"detail", suspicion}});
  }
  away_ = finding.reach == Reach::away;
  const std::lock_guard lock{mutex_};
  reason_ = std::move(finding.reason);
}

BrokerProbe::Finding BrokerProbe::ask() {
  const TopicHandle topic{rd_kafka_topic_new(client_, topic_.c_str(), nullptr)};
  const rd_kafka_metadata_t* answer = nullptr;
  const auto error = look(topic.get(), &answer);
  if (error == RD_KAFKA_RESP_ERR__TIMED_OUT) return {Reach::doubtful, "no broker answers in time"};
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) return {Reach::away, rd_kafka_err2str(error)};
  const std::unique_ptr<const rd_kafka_metadata_t, Destroy<rd_kafka_metadata_destroy>> owner{
      answer};
  if (answer->topic_cnt == 1) return judge(answer->topics[0]);
  return {Reach::away, "the broker does not know topic " + topic_};
}

BrokerProbe::Finding BrokerProbe::judge(const rd_kafka_metadata_topic_t& found) const {
  if (found.err != RD_KAFKA_RESP_ERR_NO_ERROR) {
    return {Reach::away, "topic " + topic_ + ": " + rd_kafka_err2str(found.err)};
  }
  if (!has_leader(found)) return {Reach::away, "no partition of topic " + topic_ + " has a leader"};
  // The topic's settings are a request more, which a healthy topic is spared.
  if (all_in_sync(found)) return {};
  const int wanted = in_sync_min();
  if (has_enough_in_sync(found, wanted)) return {};
  return {Reach::doubtful, "topic " + topic_ + " has fewer in-sync replicas than " +
                               "min.insync.replicas=" + std::to_string(wanted)};
}

// Whoever may write a topic may not always read its settings; then a leader has to do.
int BrokerProbe::in_sync_min() const {
  try {
    const TopicConfig config =
        describe_config(client_, topic_, ConfigScope::in_force, static_cast<int>(look_max.count()));
    const auto found = config.find("min.insync.replicas");
    return found == config.end() ? 1 : std::stoi(found->second);
  } catch (const std::exception&) {
    return 1;
  }
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

std::string BrokerProbe::take_suspicion() {
  const std::lock_guard lock{mutex_};
  return std::exchange(suspicion_, {});
}

bool BrokerProbe::pause(std::chrono::milliseconds length) {
  std::unique_lock lock{mutex_};
  woken_.wait_for(lock, length, [this] { return stopping_ || hurried_; });
  hurried_ = false;
  return !stopping_;
}

}  // namespace tollgate::kafka
