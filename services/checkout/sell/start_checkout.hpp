// SPDX-License-Identifier: Apache-2.0
// A request to buy becomes one Checkout Session, whatever happens on the way. A purchase with a
// card form of the shop's own is start_subscription.hpp's.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <string>
#include <vector>

#include "checkout/ask/find_customer.hpp"
#include "checkout/ask/find_price.hpp"
#include "checkout/ask/follow_attempt.hpp"
#include "checkout/ask/list_held.hpp"
#include "checkout/ask/make_forms.hpp"

namespace tollgate::checkout {

/// What the use cases that buy stand on. The io thread; what it refers to outlives it.
struct Selling {
  Selling(const Catalog& sold, CheckoutStore& kept, SendRequest& sender, const Clock& time)
      : catalog(sold),
        store(kept),
        stripe(sender),
        clock(time),
        attempts(kept, sender, time),
        customers(kept, sender, time),
        prices(sender, time),
        held(sender) {}

  const Catalog& catalog;
  CheckoutStore& store;
  SendRequest& stripe;
  const Clock& clock;
  FollowAttempt attempts;
  FindCustomer customers;
  FindPrice prices;
  ListHeld held;
};

/// After a purchase that failed because Stripe missed something: `customer_gone`, once a request,
/// if it was the customer; else `failure` as it is.
boost::asio::awaitable<Failure> after_missing(Selling& selling, Buyer buyer, Failure failure,
                                              Deadline until);

struct StartedCheckout {
  Session session;
  bool is_new = false;
};

class StartCheckout {
 public:
  StartCheckout(Selling& selling, std::vector<std::string> redirect_origins, SessionChoices choices)
      : selling_(selling),
        redirect_origins_(std::move(redirect_origins)),
        choices_(std::move(choices)) {}

  boost::asio::awaitable<Outcome<StartedCheckout>> run(std::string user_id, Purchase purchase,
                                                       std::string client_key, Deadline until);

 private:
  struct Order;
  boost::asio::awaitable<Outcome<StartedCheckout>> take_up(Order& order, Opened opened);
  boost::asio::awaitable<Outcome<StartedCheckout>> sell(Order& order, Opened opened);
  boost::asio::awaitable<Outcome<StartedCheckout>> look_and_create(Order& order,
                                                                   const Attempt& attempt);
  boost::asio::awaitable<Outcome<StartedCheckout>> create(Order& order, const Attempt& attempt);
  boost::asio::awaitable<Outcome<StartedCheckout>> conclude(Order& order, const Attempt& attempt,
                                                            StepResult made);
  boost::asio::awaitable<Outcome<Session>> read(std::string id, Deadline until);
  boost::asio::awaitable<Outcome<bool>> clear_the_way(Order& order, const Attempt& attempt);
  boost::asio::awaitable<Outcome<bool>> look_at_subscriptions(Order& order);

  Selling& selling_;
  const std::vector<std::string> redirect_origins_;
  const SessionChoices choices_;
};

}  // namespace tollgate::checkout
