// SPDX-License-Identifier: Apache-2.0
// The bodies that the frontend sends; their contract is proto/http/checkout.yaml.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "checkout/domain/purchase.hpp"

namespace tollgate::checkout {

struct PlanChange {
  std::string plan;
  std::string interval;
  std::optional<std::int64_t> quantity;        ///< nothing: as it is
  std::optional<std::int64_t> proration_date;  ///< Unix seconds, as the preview gave them
};

/// Nothing: not a JSON object, a member of a wrong type, or one that nobody knows: a misspelt
/// `quantity` must not buy one.
std::optional<Purchase> read_session_request(std::string_view body);
std::optional<Purchase> read_subscription_request(std::string_view body);
std::optional<PlanChange> read_plan_change(std::string_view body);
std::optional<std::string> read_return_url(std::string_view body);

}  // namespace tollgate::checkout
