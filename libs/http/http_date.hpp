// SPDX-License-Identifier: Apache-2.0
// The time in a `Date` header, as servers must write it (IMF-fixdate, RFC 9110 section 5.6.7).
// Times in JSON are RFC 3339: base/clock.hpp.
#pragma once

#include <optional>
#include <string_view>

#include "base/clock.hpp"

namespace tollgate::http {

/// `Sun, 06 Nov 1994 08:49:37 GMT`; the obsolete forms and impossible dates are nothing.
std::optional<Time> parse_http_date(std::string_view text);

}  // namespace tollgate::http
