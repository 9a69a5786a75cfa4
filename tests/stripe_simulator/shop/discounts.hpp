// SPDX-License-Identifier: Apache-2.0
// Coupons at work: what they take off lines, and the discounts of subscriptions. Which coupons
// there are is coupons.hpp's.
#pragma once

#include <string>
#include <vector>

#include "stripe_simulator/api/api_error.hpp"
#include "stripe_simulator/api/parameters.hpp"
#include "stripe_simulator/world/world.hpp"

namespace tollgate::simulator {

struct DiscountOrder {
  std::string coupon;
  std::string promotion_code;  ///< empty: the coupon itself was given
};

/// What `discounts[]` of a call asks for; 400 for what cannot be redeemed by that customer for that
/// amount.
Outcome<std::vector<DiscountOrder>> read_discounts(const World& world, const Json& discounts,
                                                   const std::string& customer,
                                                   std::int64_t amount);
/// As a session shows and keeps them, and back.
Json discounts_shown(const std::vector<DiscountOrder>& orders);
std::vector<DiscountOrder> discounts_kept(const Json& shown);

/// A new discount of the subscription; customer.discount.created. `session` as it was redeemed in,
/// or null.
void give_discount(World& world, const std::string& subscription, const DiscountOrder& order,
                   const Json& session);
/// customer.discount.deleted, for each that the subscription has.
void take_discounts_away(World& world, const std::string& subscription);

/// Those of the subscription that are in force now: the discount objects.
std::vector<Json> discounts_in_force(const World& world, const Json& subscription);
/// An invoice has used them: those for one invoice are over.
void use_discounts(World& world, const std::string& subscription,
                   const std::vector<Json>& discounts);

/// What a coupon could be taken off.
struct Discountable {
  std::int64_t amount = 0;  ///< what earlier coupons have left of it
  std::string product;
};
/// What the coupon takes off each of them, together no more than they are.
std::vector<std::int64_t> amounts_off(const Json& coupon, const std::vector<Discountable>& lines);
/// The terms under which the discount was given, also when its coupon is gone.
const Json& coupon_of(const World& world, const Json& discount);

}  // namespace tollgate::simulator
