// SPDX-License-Identifier: Apache-2.0
// The one customer of a user at Stripe. Never by e-mail: it is not unique, and typed by the buyer.
// An existing customer is bound by its `metadata.user_id`, which the events tell
// (apply_events.hpp).
#pragma once

#include <boost/asio/awaitable.hpp>

#include <string>

#include "checkout/checkout_store.hpp"
#include "checkout/failure.hpp"
#include "checkout/send_request.hpp"

namespace tollgate::checkout {

/// The io thread. What it refers to outlives it.
class FindCustomer {
 public:
  FindCustomer(CheckoutStore& store, SendRequest& stripe) : store_(store), stripe_(stripe) {}

  /// Made if there is none: under a key that is a digest of the user, so that all who ask at once
  /// get the same one.
  boost::asio::awaitable<Outcome<std::string>> get_or_create(std::string user_id);
  /// Empty where the user never bought anything.
  boost::asio::awaitable<std::string> find(std::string user_id);

 private:
  CheckoutStore& store_;
  SendRequest& stripe_;
};

}  // namespace tollgate::checkout
