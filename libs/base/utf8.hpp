// SPDX-License-Identifier: Apache-2.0
// UTF-8 for places that refuse anything else: JSON texts and PostgreSQL. Repairing is for display
// only; facts that are not UTF-8 are dead letters, never repaired.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tollgate {

/// Whether PostgreSQL can hold it as text: well-formed UTF-8 (as below) without a NUL.
bool is_storable(std::string_view text);

/// Code points of well-formed UTF-8.
std::size_t character_count(std::string_view text);

/// The text with every byte that does not belong to well-formed UTF-8 (RFC 3629: no surrogates, no
/// overlong forms, at most U+10FFFF) replaced by U+FFFD.
std::string valid_utf8(std::string_view text);

}  // namespace tollgate
