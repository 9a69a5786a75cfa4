// SPDX-License-Identifier: Apache-2.0
// The body of `GET /v1/users/{user_id}/explanation`: the answer of the entitlements route, and why.
#pragma once

#include <string>

#include "entitlements/domain/explanation.hpp"

namespace tollgate::entitlements {

std::string explanation_json(const Explanation& explanation);

}  // namespace tollgate::entitlements
