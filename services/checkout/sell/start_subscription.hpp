// SPDX-License-Identifier: Apache-2.0
// A request to buy a plan with a payment method that the shop's own form has made. Buying on
// Stripe's page is start_checkout.hpp's.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <optional>
#include <string>

#include "checkout/sell/start_checkout.hpp"

namespace tollgate::checkout {

struct StartedSubscription {
  std::string id;
  std::string status;
  std::string client_secret;  ///< only where the bank wants the buyer to act
};

class StartSubscription {
 public:
  explicit StartSubscription(Selling& selling) : selling_(selling) {}

  /// A declined card is a failure, and leaves nothing behind that could still cost money.
  boost::asio::awaitable<Outcome<StartedSubscription>> run(std::string user_id, Purchase purchase,
                                                           std::string client_key, Deadline until);

 private:
  struct Order;
  /// What the guard left to do.
  struct Way {
    std::string existing;  ///< this very request has made it already; empty: go on
    std::int64_t trial_days = 0;
  };
  boost::asio::awaitable<Outcome<StartedSubscription>> take_up(Order& order, Opened opened);
  boost::asio::awaitable<Outcome<StartedSubscription>> sell(Order& order, Opened opened);
  boost::asio::awaitable<Outcome<StartedSubscription>> look_and_subscribe(Order& order,
                                                                          const Attempt& attempt);
  boost::asio::awaitable<Outcome<Way>> clear_the_way(Order& order, const Attempt& attempt);
  /// Nothing: what is there changed while it was looked at.
  boost::asio::awaitable<Outcome<std::optional<Way>>> look(Order& order, const Attempt& attempt);
  boost::asio::awaitable<Outcome<bool>> expire_sessions(Order& order, const Attempt& attempt);
  boost::asio::awaitable<Outcome<std::string>> attach(Order& order, const Attempt& attempt);
  boost::asio::awaitable<Outcome<std::string>> subscribe(Order& order, const Attempt& attempt);
  boost::asio::awaitable<Outcome<StartedSubscription>> conclude(Attempt attempt, std::string id,
                                                                Deadline until);
  /// Likewise.
  boost::asio::awaitable<Outcome<std::optional<StartedSubscription>>> judge(
      const Attempt& attempt, Subscription subscription, Deadline until);

  Selling& selling_;
};

}  // namespace tollgate::checkout
