// SPDX-License-Identifier: Apache-2.0
// What came back from one try of a call, or did not, in the words of stripe_api.hpp, which makes
// the tries.
#pragma once

#include "http/client.hpp"
#include "stripe/stripe_api.hpp"

namespace tollgate::stripe {

using Sent = Result<http::ClientResponse, http::ClientFault>;
using Answered = Result<ApiAnswer, ApiFailure>;

/// `may_have_begun` is of this try alone.
Answered answer_of(Sent sent);

/// `failure` is that answer's. Stripe's word (`Stripe-Should-Retry`) overrides the rule of
/// statuses.
bool may_retry(const Sent& sent, const ApiFailure& failure);

}  // namespace tollgate::stripe
