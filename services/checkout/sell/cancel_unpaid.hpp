// SPDX-License-Identifier: Apache-2.0
// Takes back what was begun and not paid, so that it cannot be paid beside another purchase. What
// is live is change_subscription.hpp's and resolve_doubles.hpp's.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <string>

#include "checkout/sell/start_checkout.hpp"

namespace tollgate::checkout {

enum class End {
  ended,    ///< nobody can pay it any more
  paying,   ///< it stands: its payment is under way or through
  changed,  ///< it is no longer what it was: look again at what is there
};

/// Its money is on its way, that of a bank debit for days, or here. Without a payment: no.
boost::asio::awaitable<Outcome<bool>> is_being_paid(Selling& selling, std::string payment_intent,
                                                    Deadline until);

/// Expires an open Checkout Session.
boost::asio::awaitable<Outcome<End>> end_session(Selling& selling, Attempt attempt, std::string id,
                                                 Deadline until);

/// Cancels an incomplete subscription. Its invoice is voided first, because Stripe refuses that
/// once it is paid, while it would cancel a subscription that was paid a moment ago.
boost::asio::awaitable<Outcome<End>> end_incomplete(Selling& selling, std::string id,
                                                    Deadline until);

}  // namespace tollgate::checkout
