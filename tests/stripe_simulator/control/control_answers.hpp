// SPDX-License-Identifier: Apache-2.0
// How control routes read their bodies and write their answers. Stripe's API has its own way
// (api_error.hpp).
#pragma once

#include <initializer_list>
#include <optional>
#include <string>

#include "http/response.hpp"
#include "stripe_simulator/api/api_error.hpp"

namespace tollgate::simulator {

http::Response answer(const Json& body);
/// 400, a problem document; `detail` says what to send.
http::Response refuse(const http::Request& request, std::string detail);
/// What Stripe's client would have seen, with Stripe's status.
http::Response answer_outcome(const Outcome<Json>& outcome);

/// A member that a route takes. Null stands for one that is not there.
struct Field {
  enum class Type { text, integer, flag, anything };
  std::string_view name;
  Type type;
};

/// Nothing for what is no JSON object; an empty body is an empty object. Whoever calls this looks
/// at every member.
std::optional<Json> body_of(const http::Request& request);
/// Nothing either for a member that is not among the fields, or of another type: what is misspelt
/// must not do something else.
std::optional<Json> body_of(const http::Request& request, std::initializer_list<Field> fields);

}  // namespace tollgate::simulator
