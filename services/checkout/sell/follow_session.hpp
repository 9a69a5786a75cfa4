// SPDX-License-Identifier: Apache-2.0
// What became of a Checkout Session: asked at Stripe, and waited for in the rows that the events
// write. What it grants is for entitlements to say.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <list>
#include <string>

#include "base/metrics.hpp"
#include "checkout/ask/send_request.hpp"
#include "checkout/checkout_store.hpp"
#include "checkout/domain/billing.hpp"
#include "checkout/domain/failure.hpp"

namespace tollgate::checkout {

struct SessionStatus {
  std::string id;
  std::string status;  ///< `open`, `processing`, `paid`, `failed`, `expired`
  std::string subscription;
};

/// Of Stripe's two fields and, where it is expanded, the payment behind them.
std::string status_of(const Session& session);

/// The io thread. What it refers to outlives it.
class FollowSession {
 public:
  static constexpr std::size_t waiting_max = 2'000;
  static constexpr std::chrono::milliseconds look_interval{50};
  /// Kept for asking once more after the wait.
  static constexpr std::chrono::milliseconds last_ask_max{6'000};

  FollowSession(boost::asio::io_context& io, CheckoutStore& store, SendRequest& stripe,
                Metrics& metrics);

  /// Not found: there is none, or it is another user's. Asks Stripe once, and after waiting once
  /// more, for which enough of the time is left.
  boost::asio::awaitable<Outcome<SessionStatus>> read(std::string user_id, std::string session_id,
                                                      std::chrono::seconds wait_max,
                                                      Deadline until);
  /// From now on nobody waits any longer.
  void begin_drain();

 private:
  struct Waiter {
    std::string session_id;
    std::string known_status;
    boost::asio::steady_timer* timer;
  };
  boost::asio::awaitable<Outcome<Session>> ask(std::string user_id, std::string session_id,
                                               Deadline until);
  boost::asio::awaitable<std::string> told(std::string session_id);
  boost::asio::awaitable<void> wait_for_news(SessionStatus known,
                                             std::chrono::milliseconds wait_max);
  /// One look at the database for all who wait; ends when nobody does.
  boost::asio::awaitable<void> look_while_waited_for();
  boost::asio::awaitable<void> look();

  boost::asio::io_context& io_;
  CheckoutStore& store_;
  SendRequest& stripe_;
  Gauge& waiting_;
  std::list<Waiter> waiters_;
  bool looking_ = false;
  bool draining_ = false;
};

}  // namespace tollgate::checkout
