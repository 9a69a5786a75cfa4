// SPDX-License-Identifier: Apache-2.0
// UTF-8 made safe for places that refuse anything else: JSON texts and PostgreSQL.
// It repairs for display only; facts that are not UTF-8 are dead letters, never repaired.
#pragma once

#include <string>
#include <string_view>

namespace tollgate {

/// The text with every byte that does not belong to well-formed UTF-8 (RFC 3629: no surrogates, no
/// overlong forms, at most U+10FFFF) replaced by U+FFFD.
std::string valid_utf8(std::string_view text);

}  // namespace tollgate
