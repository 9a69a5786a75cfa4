// SPDX-License-Identifier: Apache-2.0
// `operator catalog apply`: products and prices at Stripe become what the catalogue says. Shown
// first, sent only with consent; safe to run again, also after a run that was cut short.
#pragma once

#include <ostream>
#include <vector>

#include "operator/ask_stripe.hpp"
#include "operator/consent.hpp"
#include "operator/sold_products.hpp"

namespace tollgate::operations {

/// Throws StripeRefusal; what was sent before is done, and the next run goes on from there.
Applied apply_catalog(const std::vector<SoldProduct>& sold, AskStripe& stripe,
                      const Consent& consent, std::ostream& out);

}  // namespace tollgate::operations
