// SPDX-License-Identifier: Apache-2.0
// Stripe's id of a price of the catalogue, found by its lookup key and held against the catalogue:
// nobody is charged what /v1/plans does not show.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <string>
#include <unordered_map>

#include "base/clock.hpp"
#include "checkout/ask/send_request.hpp"
#include "checkout/domain/catalog.hpp"
#include "checkout/domain/failure.hpp"

namespace tollgate::checkout {

/// The io thread. What it refers to outlives it.
class FindPrice {
 public:
  /// A lookup key may move to another price; for so long the old one may still be sold.
  static constexpr std::chrono::seconds kept{60};

  FindPrice(SendRequest& stripe, const Clock& clock) : stripe_(stripe), clock_(clock) {}

  boost::asio::awaitable<Outcome<std::string>> id_of(Price price, Deadline until);

 private:
  struct Known {
    std::string id;
    Time found{};
  };
  SendRequest& stripe_;
  const Clock& clock_;
  std::unordered_map<std::string, Known> known_;  ///< as many as the catalogue has prices
};

}  // namespace tollgate::checkout
