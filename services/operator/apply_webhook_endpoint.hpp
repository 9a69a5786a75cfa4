// SPDX-License-Identifier: Apache-2.0
// `operator webhook-endpoint apply`: Stripe sends what Tollgate needs, in the pinned version, to
// one URL. Safe to run again: an endpoint that is as it should be is left alone.
#pragma once

#include <ostream>
#include <span>
#include <string>
#include <string_view>

#include "operator/ask_stripe.hpp"
#include "operator/consent.hpp"

namespace tollgate::operations {

/// Every event that tells about access, plus those of products and prices: the kinds of
/// normalise.hpp. Others would be kept too, but nothing reads them.
std::span<const std::string_view> needed_event_types();

/// Prints one line, and for a new endpoint its secret, which Stripe tells only then. An endpoint of
/// that URL with another version stays beside the new one: its version cannot change, and the
/// ingress takes several secrets. Types that somebody added stay. Throws StripeRefusal.
Applied apply_webhook_endpoint(const std::string& url, AskStripe& stripe, const Consent& consent,
                               std::ostream& out);

}  // namespace tollgate::operations
