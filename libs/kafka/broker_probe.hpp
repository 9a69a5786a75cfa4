// SPDX-License-Identifier: Apache-2.0
// Asks a broker now and then, on a thread of its own, whether a topic can be written: librdkafka
// tells when brokers go, but not when they are back, nor that too few replicas are in sync.
// What became of real publishes is delivery_health.hpp's.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>

#include "kafka/handles.hpp"

namespace tollgate::kafka {

/// Members are for any thread. `client` outlives the probe, whose destructor waits for the answer
/// under way, some `look_max`.
class BrokerProbe {
 public:
  static constexpr std::chrono::milliseconds look_max{500};
  static constexpr int looks_max = 3;  ///< without an answer, before the broker is in doubt
  static constexpr std::chrono::milliseconds pause_while_fine{5'000};
  static constexpr std::chrono::milliseconds pause_while_away{500};

  BrokerProbe(rd_kafka_t* client, std::string topic);
  ~BrokerProbe();

  /// Ask now instead of at the end of the pause. `suspicion`, what librdkafka
  /// complained of, is logged with what the look finds, so that one fault is one line.
  void hurry(std::string suspicion = {});
  /// No record can be written: a broker said so, or none is connected. Not while one is only slow
  /// or lacks in-sync replicas, which may pass before a publish times out.
  [[nodiscard]] bool is_away() const { return away_.load(std::memory_order_relaxed); }
  /// How often the topic could be written again after it could not.
  [[nodiscard]] std::uint64_t recoveries() const { return recoveries_; }
  /// Empty when the topic can be written. Just before the first answer: that there was none yet.
  [[nodiscard]] std::string reason() const;

 private:
  enum class Reach {
    fine,
    doubtful,  ///< slow, or short of in-sync replicas: a publish may still succeed
    away,
  };
  struct Finding {
    Reach reach = Reach::fine;
    std::string reason{};
  };

  void run();
  Finding ask();
  [[nodiscard]] Finding judge(const rd_kafka_metadata_topic_t& found) const;
  [[nodiscard]] int in_sync_min() const;
  [[nodiscard]] rd_kafka_resp_err_t look(rd_kafka_topic_t* topic,
                                         const rd_kafka_metadata_t** answer) const;
  [[nodiscard]] bool is_stopping() const;
  void tell(Finding finding);
  std::string take_suspicion();
  /// False when the probe is to end.
  bool pause(std::chrono::milliseconds length);

  rd_kafka_t* client_;
  const std::string topic_;
  std::atomic<bool> away_{true};
  std::atomic<std::uint64_t> recoveries_{0};
  mutable std::mutex mutex_;
  std::condition_variable woken_;
  std::string reason_ = "no broker has answered yet";
  std::string suspicion_;
  bool hurried_ = false;
  bool stopping_ = false;
  std::thread thread_;  // Last: it uses everything above.
};

}  // namespace tollgate::kafka
