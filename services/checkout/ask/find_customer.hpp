// SPDX-License-Identifier: Apache-2.0
// The one customer of a user at Stripe. Never by e-mail: it is not unique, and typed by the buyer.
// An existing customer is bound by its `metadata.user_id`, which the events tell
// (read_events.hpp).
#pragma once

#include <boost/asio/awaitable.hpp>

#include <string>

#include "base/clock.hpp"
#include "checkout/ask/send_request.hpp"
#include "checkout/checkout_store.hpp"
#include "checkout/domain/failure.hpp"

namespace tollgate::checkout {

/// The io thread. What it refers to outlives it.
class FindCustomer {
 public:
  /// A call that ended in a 500 is looked for among the customers made since then, newest first.
  static constexpr std::chrono::hours looked_back{1};
  static constexpr int pages_max = 10;

  FindCustomer(CheckoutStore& store, SendRequest& stripe, const Clock& clock)
      : store_(store), stripe_(stripe), clock_(clock) {}

  /// Made if there is none: under a key that is a digest of the user, so that all who ask at once
  /// get the same one.
  boost::asio::awaitable<Outcome<std::string>> get_or_create(std::string user_id, Deadline until);
  /// Empty where the user never bought anything.
  boost::asio::awaitable<std::string> find(std::string user_id);
  /// To be asked where Stripe missed something: forgets the customer if it was deleted (in test
  /// mode also if Stripe does not know it), so that the next one is made under another key. False:
  /// it is there, something else is missing.
  boost::asio::awaitable<Outcome<bool>> forget_if_gone(std::string user_id, std::string customer_id,
                                                       Deadline until);

 private:
  boost::asio::awaitable<Outcome<std::string>> keep(std::string user_id, std::string customer_id,
                                                    std::int64_t generation);
  boost::asio::awaitable<Outcome<std::string>> look_for(std::string user_id, Deadline until);

  CheckoutStore& store_;
  SendRequest& stripe_;
  const Clock& clock_;
};

}  // namespace tollgate::checkout
