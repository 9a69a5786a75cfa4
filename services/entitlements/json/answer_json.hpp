// SPDX-License-Identifier: Apache-2.0
// An answer read back from its text, for example the one that a stored document holds ready. How
// answers and documents are written is entitlements_json.hpp's.
#pragma once

#include <string_view>

#include "entitlements/domain/entitlements.hpp"

namespace tollgate::entitlements {

/// Of a ready_answer_json. Grants come without their rank, which an answer does not tell. Throws
/// std::invalid_argument for another text.
Answer answer_from_json(std::string_view text);

}  // namespace tollgate::entitlements
