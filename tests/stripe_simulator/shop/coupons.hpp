// SPDX-License-Identifier: Apache-2.0
// /v1/coupons and /v1/promotion_codes: what can be taken off, by whom and how often. What a coupon
// takes off an amount is discounts.hpp's.
#pragma once

#include "stripe_simulator/api/operation.hpp"

namespace tollgate::simulator {

Operations coupon_operations();

/// Why it cannot be redeemed; nothing when it can.
std::optional<ApiError> fault_of_coupon(const World& world, const std::string& coupon,
                                        std::string_view param);
/// Likewise of a promotion code with its coupon, for that customer (empty: a new one) and amount.
std::optional<ApiError> fault_of_promotion_code(const World& world, const std::string& code_id,
                                                const std::string& customer, std::int64_t amount,
                                                std::string_view param);
/// The id of the active promotion code that buyers know as `code`, in any case of letters; empty
/// when there is none.
std::string find_promotion_code(const World& world, std::string_view code);

/// Counts one redemption of the coupon, and of the promotion code unless that is empty.
void count_redemption(World& world, const std::string& coupon, const std::string& promotion_code);

}  // namespace tollgate::simulator
