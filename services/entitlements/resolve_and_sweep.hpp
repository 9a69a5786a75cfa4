// SPDX-License-Identifier: Apache-2.0
// Everything that asks Stripe, on a thread of its own: its client, its producer and the two loops
// resolve_objects.hpp and sweep_events.hpp. Reads and facts have other threads.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/metrics.hpp"
#include "entitlements/fetch_store.hpp"
#include "entitlements/sweep_store.hpp"
#include "kafka/properties.hpp"
#include "stripe/api_settings.hpp"

namespace tollgate::entitlements {

struct ResolveAndSweepOptions {
  stripe::ApiSettings stripe;
  kafka::Properties kafka_properties;
  std::string topic;
  std::vector<std::string> accounts;  ///< whose events count; empty is one's own
  double requests_per_second = 20;
  std::chrono::seconds sweep_interval{300};
  /// From that thread: the producer is beyond repair, and the process should end.
  std::function<void(std::string reason)> on_fatal;
};

/// Starts its thread at once; everything it refers to outlives it. The stores are used there alone.
class ResolveAndSweep {
 public:
  ResolveAndSweep(ResolveAndSweepOptions options, FetchStore& fetches, SweepStore& sweeps,
                  const Clock& clock, Metrics& metrics);
  ~ResolveAndSweep();  ///< breaks off what is under way, which does no harm
  ResolveAndSweep(const ResolveAndSweep&) = delete;
  ResolveAndSweep& operator=(const ResolveAndSweep&) = delete;

  /// Any thread. Nothing more is asked.
  void request_stop();
  /// request_stop(), done when the loops have ended, or have not within some seconds.
  boost::asio::awaitable<void> drain();

 private:
  struct Running;
  std::unique_ptr<Running> running_;
};

}  // namespace tollgate::entitlements
