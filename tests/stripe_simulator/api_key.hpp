// SPDX-License-Identifier: Apache-2.0
// Who may call: `sk_test_…` and `rk_test_…`, as Bearer or as the user of Basic. Any such key is
// good; a live one never is, so that a real one sent here by mistake is noticed.
#pragma once

#include <optional>
#include <string_view>

#include "api_error.hpp"

namespace tollgate::simulator {

/// 401 as Stripe says it; nothing for a good key. The key is shown by its last letters only.
std::optional<ApiError> fault_of_api_key(std::string_view authorization);

}  // namespace tollgate::simulator
