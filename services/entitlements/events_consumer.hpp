// SPDX-License-Identifier: Apache-2.0
// The thread that reads stripe.events and has apply_events.hpp write what they say. It waits for
// Kafka and for PostgreSQL, at the start as well as later, and skips nothing.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "base/metrics.hpp"
#include "entitlements/apply/apply_events.hpp"
#include "kafka/consumer.hpp"

namespace tollgate::entitlements {

/// Starts its thread at once; everything it refers to outlives it.
class EventsConsumer {
 public:
  static constexpr std::size_t records_of_batch_max = 1'000;

  /// The callbacks of `options` are set here.
  EventsConsumer(kafka::ConsumerOptions options, ApplyEvents& apply_events, Metrics& metrics);
  ~EventsConsumer();  ///< request_stop(), then waits for the batch under way
  EventsConsumer(const EventsConsumer&) = delete;
  EventsConsumer& operator=(const EventsConsumer&) = delete;

  /// Any thread. The batch under way is finished, nothing more is read.
  void request_stop();
  /// request_stop(), done when the thread has left the group and ended.
  boost::asio::awaitable<void> drain();

  /// Any thread. Empty, or why events are not applied at present.
  [[nodiscard]] std::string fault() const;

 private:
  void run();
  void run_once();
  void report_positions();
  void read_on();
  void note_fault(std::string what);
  void wait_before_retry();
  [[nodiscard]] bool stopping() const;

  kafka::ConsumerOptions options_;
  ApplyEvents& apply_events_;
  Gauge& lag_;
  std::unique_ptr<kafka::Consumer> consumer_;  ///< of the thread; null: to be made
  std::chrono::milliseconds retry_wait_;
  bool has_unreported_ = false;  ///< positions that Kafka was not told yet
  std::chrono::steady_clock::time_point report_due_{};

  mutable std::mutex mutex_;
  std::condition_variable stop_requested_;
  bool stopping_ = false;
  std::string fault_;
  std::atomic<bool> stopped_ = false;
  std::thread thread_;  // Last: it begins when the rest is there.
};

}  // namespace tollgate::entitlements
