// SPDX-License-Identifier: Apache-2.0
// What a customer has at Stripe now: asked for, not copied. What it means is guard.hpp's question.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <string>
#include <vector>

#include "checkout/ask/send_request.hpp"
#include "checkout/domain/billing.hpp"
#include "checkout/domain/failure.hpp"

namespace tollgate::checkout {

/// The io thread. What it refers to outlives it.
class ListHeld {
 public:
  /// Of 100 elements each; a customer with more is no person.
  static constexpr int pages_max = 10;

  explicit ListHeld(SendRequest& stripe) : stripe_(stripe) {}

  /// Ended ones too, newest first. Without a customer: none.
  boost::asio::awaitable<Outcome<std::vector<Subscription>>> subscriptions(std::string customer,
                                                                           Deadline until);
  /// `is_missing` where they are left over from a customer that was deleted.
  boost::asio::awaitable<Outcome<std::vector<Session>>> open_sessions(std::string customer,
                                                                      Deadline until);

 private:
  SendRequest& stripe_;
};

}  // namespace tollgate::checkout
