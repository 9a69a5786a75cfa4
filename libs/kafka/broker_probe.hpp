// SPDX-License-Identifier: Apache-2.0
// Asks a broker for a topic's metadata now and then, on a thread of its own: librdkafka tells when
// brokers go, but not when they are back and the topic can be written.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "kafka/handles.hpp"

namespace tollgate::kafka {

/// Members are for any thread. `client` outlives the probe, whose destructor waits for the answer
/// under way, at most `look_max`.
class BrokerProbe {
 public:
  static constexpr std::chrono::milliseconds look_max{500};
  static constexpr int looks_max = 3;  ///< without an answer, before Kafka counts as away
  static constexpr std::chrono::milliseconds pause_while_fine{5'000};
  static constexpr std::chrono::milliseconds pause_while_away{500};

  BrokerProbe(rd_kafka_t* client, std::string topic);
  ~BrokerProbe();

  /// Ask now instead of at the end of the pause.
  void hurry();
  [[nodiscard]] bool is_ready() const { return ready_.load(std::memory_order_relaxed); }
  /// Empty when ready. Just before the first answer: that there was none yet.
  [[nodiscard]] std::string reason() const;

 private:
  void run();
  std::string ask();
  [[nodiscard]] rd_kafka_resp_err_t look(rd_kafka_topic_t* topic,
                                         const rd_kafka_metadata_t** answer) const;
  [[nodiscard]] bool is_stopping() const;
  void tell(std::string reason);
  /// False when the probe is to end.
  bool pause(std::chrono::milliseconds length);

  rd_kafka_t* client_;
  const std::string topic_;
  std::atomic<bool> ready_{false};
  mutable std::mutex mutex_;
  std::condition_variable woken_;
  std::string reason_ = "no broker has answered yet";
  bool hurried_ = false;
  bool stopping_ = false;
  std::thread thread_;  // Last: it uses everything above.
};

}  // namespace tollgate::kafka
