// SPDX-License-Identifier: Apache-2.0
// What a user does with a subscription that exists: see it, change its plan, cancel, resume, pay by
// other means. Buying one is start_checkout.hpp's and start_subscription.hpp's.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "checkout/json/requests_json.hpp"
#include "checkout/sell/start_checkout.hpp"

namespace tollgate::checkout {

struct ShownPreview {
  Preview preview;
  std::int64_t proration_date = 0;  ///< to be given to the change, or its amounts differ
};

/// Whether a change may be charged as of that moment: the preview's, and one of the last minutes.
/// Any other would let the buyer choose what it costs.
bool is_fresh(std::int64_t proration_date, Time now);

enum class CancelAt { period_end, now };

/// Everything is asked of Stripe, and everything is `not_found` that is not the user's.
class ChangeSubscription {
 public:
  ChangeSubscription(Selling& selling, const Clock& clock,
                     std::vector<std::string> redirect_origins)
      : selling_(selling), clock_(clock), redirect_origins_(std::move(redirect_origins)) {}

  /// Newest first; ended ones too.
  boost::asio::awaitable<Outcome<std::vector<Subscription>>> list(std::string user_id,
                                                                  Deadline until);
  boost::asio::awaitable<Outcome<ShownPreview>> preview(std::string user_id, std::string id,
                                                        PlanChange change, Deadline until);
  /// At once, with proration. Where the bank wants the buyer to act, the old plan stays in force
  /// until it is paid: `change_pending`, and a client secret.
  boost::asio::awaitable<Outcome<Subscription>> change(std::string user_id, std::string id,
                                                       PlanChange change, Deadline until);
  boost::asio::awaitable<Outcome<Subscription>> cancel(std::string user_id, std::string id,
                                                       CancelAt at, Deadline until);
  /// Takes a planned cancellation back; wakes a paused one.
  boost::asio::awaitable<Outcome<Subscription>> resume(std::string user_id, std::string id,
                                                       Deadline until);
  /// The URL of Stripe's customer portal.
  boost::asio::awaitable<Outcome<std::string>> open_portal(std::string user_id,
                                                           std::string return_url, Deadline until);

 private:
  struct Target;
  boost::asio::awaitable<Outcome<Subscription>> owned(std::string user_id, std::string id,
                                                      Deadline until);
  boost::asio::awaitable<Outcome<Target>> target(std::string user_id, std::string id,
                                                 PlanChange change, Deadline until);
  /// Sends one form under an attempt of its own and reads the subscription again.
  boost::asio::awaitable<Outcome<Subscription>> post(std::string user_id, Subscription subscription,
                                                     std::string path, std::string form,
                                                     Deadline until);
  boost::asio::awaitable<Outcome<std::string>> portal_of(std::string customer,
                                                         std::string return_url, Deadline until);

  Selling& selling_;
  const Clock& clock_;
  const std::vector<std::string> redirect_origins_;
};

}  // namespace tollgate::checkout
