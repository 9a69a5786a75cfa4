// SPDX-License-Identifier: Apache-2.0
// `operator customers bind`: a customer that exists at Stripe becomes one user's. It is the only
// way to bind one by hand, and to settle a customer that two users claim; e-mail addresses never
// bind.
#pragma once

#include <ostream>
#include <string>

#include "operator/ask_stripe.hpp"
#include "operator/consent.hpp"

namespace tollgate::operations {

/// What makes a text a user: 1 to 255 characters of UTF-8, as in a token's `sub`.
bool is_user_id(const std::string& user);

/// Writes `metadata.user_id` of the customer; the event that follows tells the services. Consent is
/// asked only where it takes the customer from another user. Throws StripeRefusal, also for a
/// customer that was deleted.
Applied bind_customer(const std::string& customer, const std::string& user, AskStripe& stripe,
                      const Consent& consent, std::ostream& out);

}  // namespace tollgate::operations
