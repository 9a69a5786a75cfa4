// SPDX-License-Identifier: Apache-2.0
// The thread that reads stripe.events and has apply_events.hpp write what they say. It waits for
// Kafka and for PostgreSQL, at the start as well as later, and skips nothing.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "base/background_loop.hpp"
#include "base/metrics.hpp"
#include "entitlements/apply/apply_events.hpp"
#include "entitlements/apply/read_ahead.hpp"
#include "kafka/consumer.hpp"

namespace tollgate::entitlements {

/// Starts its thread at once, and ends it with the batch under way; what it refers to outlives it.
/// That thread alone has the consumer and the transactions; a second one is `ahead_`'s.
class EventsConsumer {
 public:
  static constexpr std::size_t records_of_batch_max = 1'000;
  /// Behind so many more are waiting.
  static constexpr std::size_t records_read_ahead_behind = records_of_batch_max / 2;

  using MakeConsumer = std::function<std::unique_ptr<kafka::Consumer>(kafka::ConsumerOptions)>;

  /// The callbacks of `options` are set here. Called on the thread: `make_consumer`.
  EventsConsumer(kafka::ConsumerOptions options, ApplyEvents& apply_events, Metrics& metrics,
                 MakeConsumer make_consumer = kafka::make_consumer);

  /// Any thread. The batch under way is finished, nothing more is read.
  void request_stop() { loop_.request_stop(); }
  /// request_stop(), done when the thread has left the group and ended.
  boost::asio::awaitable<void> drain() { return loop_.drain(); }

  /// Any thread. Empty, or why events are not applied at present.
  [[nodiscard]] std::string fault() const { return loop_.fault(); }

 private:
  using Records = std::span<const kafka::Record>;

  kafka::ConsumerOptions with_callbacks(kafka::ConsumerOptions options);
  std::chrono::milliseconds run_once();
  void apply_batch();
  void apply(Records records, const BatchContent* content);
  void note_lag(std::size_t taken);
  void read_ahead();
  void report_positions();
  void read_on();
  void forget_consumer();
  void leave_group();

  kafka::ConsumerOptions options_;
  const MakeConsumer make_consumer_;
  ApplyEvents& apply_events_;
  Gauge& lag_;
  // All that follows is of the thread.
  std::size_t assignment_ = 0;                 ///< rises when partitions come or go
  std::unique_ptr<kafka::Consumer> consumer_;  ///< null: to be made
  ReadAhead ahead_;                            ///< the next batch, if it was taken already
  bool has_unreported_ = false;                ///< positions that Kafka was not told yet
  std::chrono::steady_clock::time_point report_due_{};
  BackgroundLoop loop_;  // Last: it begins when the rest is there, and ends before the rest goes.
};

}  // namespace tollgate::entitlements
