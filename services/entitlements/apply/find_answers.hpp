// SPDX-License-Identifier: Apache-2.0
// Asks Stripe one question of fetch.hpp and gives what it answers, lists whole. When to ask, and
// what becomes of the answers, is resolve_objects.hpp's.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <string>
#include <vector>

#include "base/clock.hpp"
#include "entitlements/domain/fetch.hpp"
#include "stripe/stripe_api.hpp"

namespace tollgate::entitlements {

/// One object as Stripe described it.
struct StripeAnswer {
  std::string body;
  Time as_of;  ///< the answer's `Date`; of a list that spans pages, its own page's
};

/// Of a question about one object: it; of one about a list: its elements, maybe none. The failure
/// `unreadable` is also for answers without a date and for lists of more pages than are read.
boost::asio::awaitable<Result<std::vector<StripeAnswer>, stripe::ApiFailure>> find_answers(
    stripe::StripeApi& api, Fetch fetch);

}  // namespace tollgate::entitlements
