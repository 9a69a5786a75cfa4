// SPDX-License-Identifier: Apache-2.0
// Compares Stripe's list of events with what arrived, and publishes what is missing as the ingress
// would have: lost webhooks heal. What events cannot decide is resolve_objects.hpp's.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/metrics.hpp"
#include "entitlements/events_log.hpp"
#include "entitlements/sweep_store.hpp"
#include "stripe/stripe_api.hpp"
#include "stripe/stripe_event.hpp"
#include "stripe/stripe_lists.hpp"

namespace tollgate::entitlements {

/// The io thread; everything it refers to outlives it. One instance at a time sweeps an account;
/// killed at any point, the next one begins where the last whole day, or sweep, ended.
class SweepEvents {
 public:
  /// Stripe lists events for so long (https://docs.stripe.com/api/events).
  static constexpr std::chrono::days horizon{30};

  /// `accounts`: whose events count; empty is one's own.
  SweepEvents(stripe::StripeApi& api, SweepStore& store, EventsLog& log, const Clock& clock,
              Metrics& metrics, std::vector<std::string> accounts, std::chrono::seconds interval);

  /// Every account whose sweep is due; of one never swept, all that Stripe still lists. How long to
  /// pause before the next look. Without a key it does nothing. Throws what the store throws.
  boost::asio::awaitable<std::chrono::milliseconds> run_once();
  /// A sweep under way ends after its page, and is due again.
  void request_stop() { stopping_ = true; }

 private:
  /// Stripe's or the log's fault ends a sweep: in words, for the log. Nothing: it went well.
  using Fault = std::optional<std::string>;
  struct Window {
    Time begin;
    std::optional<Time> end;  ///< nothing: up to now
  };

  boost::asio::awaitable<void> sweep(const SweepScope& scope, std::optional<Time> swept_to);
  boost::asio::awaitable<Fault> sweep_window(const SweepScope& scope, Window window, Time& reached);
  boost::asio::awaitable<Fault> publish_missing(const SweepScope& scope,
                                                const stripe::ListPage& page);
  boost::asio::awaitable<Fault> publish(const SweepScope& scope, const std::string& body);
  [[nodiscard]] std::optional<std::string> id_of(const SweepScope& scope, const std::string& body);
  void note_end(const SweepScope& scope, const Fault& fault);
  void note_gap(const SweepScope& scope, Time begin, Time end);
  void watch_age();

  stripe::StripeApi& api_;
  SweepStore& store_;
  EventsLog& log_;
  const Clock& clock_;
  const std::vector<std::string> accounts_;
  const std::chrono::seconds interval_;
  const bool livemode_;
  stripe::EventScanner scanner_;
  CounterByLabel events_;
  CounterByLabel sweeps_;
  Counter& gap_count_;
  Gauge& age_;
  std::vector<std::string> not_yet_swept_;  ///< since this process began
  std::map<std::string, Time> gaps_;        ///< by account: where the last one that was told begins
  std::string trouble_;
  Time alarm_due_;
  bool stopping_ = false;
};

}  // namespace tollgate::entitlements
