// SPDX-License-Identifier: Apache-2.0
// The Stripe-Signature header of a delivery. Written apart from libs/stripe on purpose: a mistake
// there must not be answered by the same mistake here.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tollgate::simulator {

/// `t=<seconds>,v1=<hex>`: HMAC-SHA256 over `<seconds>.<body>` under the secret as issued
/// (docs.stripe.com/webhooks, "Verify webhook signatures manually").
std::string sign(std::string_view body, std::string_view secret, std::int64_t at_unix_seconds);

}  // namespace tollgate::simulator
