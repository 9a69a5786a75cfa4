// SPDX-License-Identifier: Apache-2.0
// What coupons and promotion codes make of a Checkout session's items and totals. What a discount
// does to a subscription's invoices is discounts.hpp's.
#pragma once

#include <string>
#include <vector>

#include "stripe_simulator/shop/discounts.hpp"

namespace tollgate::simulator {

/// The session is as dear as these leave it; those that it had before count no more.
void discount_session(World& world, const std::string& session,
                      const std::vector<DiscountOrder>& orders);

/// The buyer enters a promotion code on the page, or takes it back (empty). 400 for one that is
/// none, or not for this session, or when the session takes none.
Outcome<Json> enter_promotion_code(World& world, const std::string& session,
                                   const std::string& code);

}  // namespace tollgate::simulator
