// SPDX-License-Identifier: Apache-2.0
// The bodies of the calls that buy something. Parameter names are those of 2026-10-28.endive.
#pragma once

#include <string>
#include <vector>

#include "checkout/domain/purchase.hpp"

namespace tollgate::checkout {

/// Who buys, and what marks the objects as his.
struct Buyer {
  std::string user_id;
  std::string customer;
  std::string attempt;
  std::string request;
};

struct SessionChoices {
  std::vector<std::string> payment_methods_allowed;  ///< both empty: Stripe chooses
  std::vector<std::string> payment_methods_excluded;
};

/// Of POST /v1/checkout/sessions. `price_id`: Stripe's, of the plan. `trial_days`: 0 for none.
std::string session_form(const Buyer& buyer, const Purchase& purchase, const Offer& offer,
                         const std::string& price_id, std::int64_t trial_days,
                         const SessionChoices& choices);

/// Of POST /v1/subscriptions.
std::string subscription_form(const Buyer& buyer, const Offer& offer, const std::string& price_id,
                              std::int64_t trial_days, const std::string& payment_method);

}  // namespace tollgate::checkout
