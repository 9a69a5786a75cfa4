// SPDX-License-Identifier: Apache-2.0
// Asks Stripe what the facts cannot decide, the only place that does, and publishes the answers to
// stripe.events: no fact is written here. What is asked is fetch.hpp's, in which words
// find_answers.hpp's; lost events are sweep_events.hpp's.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/metrics.hpp"
#include "entitlements/apply/find_answers.hpp"
#include "entitlements/events_log.hpp"
#include "entitlements/fetch_store.hpp"
#include "stripe/stripe_api.hpp"

namespace tollgate::entitlements {

/// The io thread; everything it refers to outlives it. Killed between an answer and its publication
/// it asks again when the lease is over; killed after the publication it asks once more than
/// needed, which does no harm.
class ResolveObjects {
 public:
  ResolveObjects(stripe::StripeApi& api, FetchStore& store, EventsLog& log, const Clock& clock,
                 Metrics& metrics);

  /// A claim of due questions, each asked once. How long to pause before the next. Without a key it
  /// only counts what waits. Throws what the store throws.
  boost::asio::awaitable<std::chrono::milliseconds> run_once();
  /// What is claimed and not asked yet is given back.
  void request_stop() { stopping_ = true; }

 private:
  struct Round;
  boost::asio::awaitable<void> ask_in_turn(Round& round);
  std::chrono::milliseconds pause_after(const Round& round);
  boost::asio::awaitable<bool> ask(const Fetch& fetch);
  boost::asio::awaitable<std::optional<AppendFault>> publish(const Fetch& fetch,
                                                             std::vector<StripeAnswer> answers);
  bool note_unpublished(const Fetch& fetch, const AppendFault& fault);
  bool note_failure(const Fetch& fetch, const stripe::ApiFailure& failure);
  void postpone(const Fetch& fetch, std::string fault);
  void note_trouble(std::string what);
  void tidy_up();

  stripe::StripeApi& api_;
  FetchStore& store_;
  EventsLog& log_;
  const Clock& clock_;
  const bool livemode_;
  CounterByLabel outcomes_;
  Gauge& waiting_;
  Gauge& unanswerable_;
  Gauge& oldest_;
  Time tidy_due_;
  std::string trouble_;      ///< why Stripe or Kafka cannot be had at present; empty: they can
  int troubled_rounds_ = 0;  ///< on end
  bool stopping_ = false;
};

}  // namespace tollgate::entitlements
