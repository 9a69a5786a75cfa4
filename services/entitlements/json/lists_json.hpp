// SPDX-License-Identifier: Apache-2.0
// The bodies of the operators' lists: subscriptions, orphans, dead letters.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "entitlements/domain/shown_rows.hpp"

namespace tollgate::entitlements {

// `next_cursor`: empty on the last page.
std::string subscriptions_json(const std::vector<ShownSubscription>& rows,
                               std::string_view next_cursor);
std::string orphans_json(const std::vector<ShownOrphan>& rows, std::string_view next_cursor);
/// `body_bytes_max`: of each letter that were asked for; 0: none.
std::string dead_letters_json(const std::vector<ShownDeadLetter>& rows,
                              std::string_view next_cursor, std::size_t body_bytes_max);

}  // namespace tollgate::entitlements
