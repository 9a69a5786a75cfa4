// SPDX-License-Identifier: Apache-2.0
// The answer that a stored document holds ready, as a value: what was decided when it was written,
// by the catalogue of then. For the answer of now use read_answer of entitlements_json.hpp.
#pragma once

#include <string_view>

#include "entitlements.hpp"

namespace tollgate::entitlements {

/// Grants come without their rank. Throws std::invalid_argument for a text that document_json did
/// not write.
Answer ready_answer(std::string_view document);

}  // namespace tollgate::entitlements
