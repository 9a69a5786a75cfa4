// SPDX-License-Identifier: Apache-2.0
// What the request of a Checkout session asks for besides the payment. The payment itself is
// pay_session.hpp's.
#pragma once

#include <optional>
#include <string>

#include "stripe_simulator/api/api_error.hpp"
#include "stripe_simulator/world/world.hpp"

namespace tollgate::simulator {

/// 400 for a kind of method that the session does not offer.
std::optional<ApiError> refusal_of_type(const World& world, const Json& session,
                                        const std::string& method);

/// 402 where the method will be declined. Since 2025-03-31 a subscription is made after its
/// payment: a decline leaves nothing behind.
std::optional<ApiError> refusal_of_subscription(World& world, const Json& session,
                                                const std::string& method);

/// `invoice_creation`: the id of an invoice over what was bought, paid by that intent. Else what
/// the session has as its invoice.
Json invoice_of_payment(World& world, const Json& session, const std::string& intent,
                        const std::string& customer);

/// `customer_update`: what the buyer entered (`details`) becomes the customer's.
void update_customer(World& world, const Json& session, const Json& details);

/// The discounts of a one-time payment are redeemed with it.
void redeem_discounts(World& world, const Json& session);

}  // namespace tollgate::simulator
