// SPDX-License-Identifier: Apache-2.0
// Finds the second subscription that a user bought in spite of guard.hpp: two sessions paid at the
// same moment, a payment link, the dashboard. Every purchase that the events tell of is a reason
// to look.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <string>
#include <vector>

#include "base/metrics.hpp"
#include "checkout/doubles_store.hpp"
#include "checkout/sell/start_checkout.hpp"

namespace tollgate::checkout {

/// The io thread; what it refers to outlives it. Killed anywhere it looks again later; what it does
/// at Stripe is the same when done twice.
class ResolveDoubles {
 public:
  ResolveDoubles(Selling& selling, DoublesStore& store, DoublesPolicy policy, Metrics& metrics);

  /// The looks that are due; how long to pause before the next. Throws StoreAway.
  boost::asio::awaitable<std::chrono::milliseconds> run_once();

 private:
  enum class Standing;
  boost::asio::awaitable<void> look(DoubleCheck check);
  boost::asio::awaitable<void> note_doubles(std::vector<Subscription> held, std::string user_id);
  boost::asio::awaitable<void> give_back(DoublePurchase found);
  boost::asio::awaitable<Outcome<Standing>> standing_of(Subscription subscription,
                                                        std::string user_id, Deadline until);
  boost::asio::awaitable<void> end_and_refund(DoublePurchase found, Subscription subscription,
                                              Deadline until);
  boost::asio::awaitable<bool> refund(DoublePurchase found, Subscription subscription,
                                      Deadline until);
  boost::asio::awaitable<void> leave(DoublePurchase found, Standing standing);

  Selling& selling_;
  DoublesStore& store_;
  const DoublesPolicy policy_;
  Counter& found_;
  Counter& refunded_;
};

}  // namespace tollgate::checkout
