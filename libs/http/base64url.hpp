// SPDX-License-Identifier: Apache-2.0
// Strict base64url without padding (RFC 7515 section 2). cjose 0.6.2.1 decodes leniently, so what
// it gets passes here first.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tollgate::http {

/// Without padding.
std::string encode_base64url(std::string_view bytes);

/// Nothing for padding, letters of plain base64, impossible lengths or stray last bits: every value
/// has exactly one spelling.
std::optional<std::string> decode_base64url(std::string_view text);

}  // namespace tollgate::http
