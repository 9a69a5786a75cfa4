// SPDX-License-Identifier: Apache-2.0
// The thread that reads stripe.events in checkout's own group and writes what read_events.hpp makes
// of them. It waits for Kafka and for PostgreSQL and skips nothing.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <memory>
#include <string>

#include "base/background_loop.hpp"
#include "base/metrics.hpp"
#include "checkout/events_store.hpp"
#include "kafka/consumer.hpp"

namespace tollgate::checkout {

/// Starts its thread at once, and ends it with the batch under way; what it refers to outlives it.
class EventsConsumer {
 public:
  static constexpr std::size_t records_of_batch_max = 1'000;

  /// The callbacks of `options` are set here. `livemode`: whose events count.
  EventsConsumer(kafka::ConsumerOptions options, EventsStore& store, bool livemode,
                 Metrics& metrics);

  /// Any thread. The batch under way is finished, no other one is begun.
  void request_stop() { loop_.request_stop(); }
  /// request_stop(), done when the thread has left the group and ended.
  boost::asio::awaitable<void> drain() { return loop_.drain(); }
  /// Any thread. Empty, or why events are not applied at present.
  [[nodiscard]] std::string fault() const { return loop_.fault(); }

 private:
  std::chrono::milliseconds run_once();
  void apply_batch();

  kafka::ConsumerOptions options_;
  EventsStore& store_;
  const bool livemode_;
  Gauge& lag_;
  std::unique_ptr<kafka::Consumer> consumer_;  ///< of the thread; null: to be made
  std::chrono::steady_clock::time_point report_due_{};
  BackgroundLoop loop_;  // Last: it begins when the rest is there, and ends before the rest goes.
};

}  // namespace tollgate::checkout
