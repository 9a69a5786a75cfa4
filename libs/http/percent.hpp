// SPDX-License-Identifier: Apache-2.0
// Percent-encoding of targets (RFC 3986 section 2.1). Splitting a target is request_reader.cpp's
// job.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tollgate::http {

enum class Plus { literal, space };

/// Nothing when an escape is malformed or the result is no text that JSON and PostgreSQL can hold
/// (a NUL, or bytes that are not UTF-8).
std::optional<std::string> percent_decode(std::string_view text, Plus plus);

}  // namespace tollgate::http
