// SPDX-License-Identifier: Apache-2.0
// What RFC 8259 permits and simdjson refuses, rewritten in place before a second try.
// JsonDocument is its only caller; parse with that.
#pragma once

#include <span>

namespace tollgate::stripe {

enum class Replaced { none, some };

/// In text that may or may not be JSON: numbers of the RFC's grammar that no 64-bit type may hold
/// become `[[ ]]`, escapes of lone surrogates become the escape of NUL, at equal lengths. A well
/// formed text stays so and a malformed one stays malformed: a value is exchanged for a value,
/// never a member's name, and an escape for an escape.
Replaced replace_unreadable(std::span<char> text);

}  // namespace tollgate::stripe
