// SPDX-License-Identifier: Apache-2.0
// `a[b][0][c]=v` as a tree of texts: what a query or an application/x-www-form-urlencoded body
// says, and a JSON body of /v2 in the same form. Which names and types an operation takes is
// parameters.hpp's.
#pragma once

#include <string_view>

#include "stripe_simulator/api/api_error.hpp"

namespace tollgate::simulator {

/// Nested objects whose leaves are texts, in the order sent; array indices stay keys, and each
/// `a[]` gets the next free one.
Outcome<Json> parse_form(std::string_view form);
/// The same tree of a JSON object; an empty body is an empty one.
Outcome<Json> parse_json_form(std::string_view body);

}  // namespace tollgate::simulator
