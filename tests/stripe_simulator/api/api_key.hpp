// SPDX-License-Identifier: Apache-2.0
// Who may call: `sk_test_…`, `rk_test_…` and browsers' `pk_test_…`, as Bearer or as the user of
// Basic. Any such key is good; a live one never is, so that one sent here by mistake is noticed.
#pragma once

#include <string_view>

#include "stripe_simulator/api/operation.hpp"

namespace tollgate::simulator {

/// What the key opens, or 401 as Stripe says it. The key is shown by its last letters only.
Outcome<Access> access_of_api_key(std::string_view authorization);

}  // namespace tollgate::simulator
