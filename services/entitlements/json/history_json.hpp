// SPDX-License-Identifier: Apache-2.0
// The body of `GET /v1/users/{user_id}/history`. What a stored document holds is
// entitlements_json.hpp's.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "entitlements/domain/shown_rows.hpp"

namespace tollgate::entitlements {

/// `next_cursor`: empty on the last page. Throws std::invalid_argument for a document that
/// document_json did not write.
std::string history_json(const std::vector<ShownChange>& changes, std::string_view next_cursor);

}  // namespace tollgate::entitlements
