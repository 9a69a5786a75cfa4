// SPDX-License-Identifier: Apache-2.0
// The thread that reads stripe.events and has apply_events.hpp write what they say. It waits for
// Kafka and for PostgreSQL, at the start as well as later, and skips nothing.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <memory>
#include <string>

#include "base/background_loop.hpp"
#include "base/metrics.hpp"
#include "entitlements/apply/apply_events.hpp"
#include "kafka/consumer.hpp"

namespace tollgate::entitlements {

/// Starts its thread at once, and ends it with the batch under way; what it refers to outlives it.
class EventsConsumer {
 public:
  static constexpr std::size_t records_of_batch_max = 1'000;

  /// The callbacks of `options` are set here.
  EventsConsumer(kafka::ConsumerOptions options, ApplyEvents& apply_events, Metrics& metrics);

  /// Any thread. The batch under way is finished, nothing more is read.
  void request_stop() { loop_.request_stop(); }
  /// request_stop(), done when the thread has left the group and ended.
  boost::asio::awaitable<void> drain() { return loop_.drain(); }

  /// Any thread. Empty, or why events are not applied at present.
  [[nodiscard]] std::string fault() const { return loop_.fault(); }

 private:
  std::chrono::milliseconds run_once();
  void apply_batch();
  void report_positions();
  void read_on();
  void leave_group();

  kafka::ConsumerOptions options_;
  ApplyEvents& apply_events_;
  Gauge& lag_;
  std::unique_ptr<kafka::Consumer> consumer_;  ///< of the thread; null: to be made
  bool has_unreported_ = false;                ///< positions that Kafka was not told yet
  std::chrono::steady_clock::time_point report_due_{};
  BackgroundLoop loop_;  // Last: it begins when the rest is there, and ends before the rest goes.
};

}  // namespace tollgate::entitlements
