// SPDX-License-Identifier: Apache-2.0
#include "stripe_simulator/control/control_answers.hpp"

#include <algorithm>

namespace tollgate::simulator {
namespace {

bool is_flag(const Json& value) { return value == Json{true} || value == Json{false}; }

bool fits(const Json& value, Field::Type type) {
  if (value.is_null()) return true;
  switch (type) {
    case Field::Type::text: return value.is_text();
    case Field::Type::integer: return value.is_integer();
    case Field::Type::flag: return is_flag(value);
    case Field::Type::anything: break;
  }
  return true;
}

}  // namespace

http::Response answer(const Json& body) {
  return http::json_response(200, write_json(body, Layout::readable));
}

http::Response refuse(const http::Request& request, std::string detail) {
  http::Problem problem;
  problem.error = http::ErrorCode::invalid_request;
  problem.detail = std::move(detail);
  return http::problem_response(problem, request.request_id());
}

std::optional<Json> body_of(const http::Request& request) {
  if (request.body.empty()) return Json::object();
  auto body = parse_json(request.body);
  if (body && !body->is_object()) return std::nullopt;
  return body;
}

std::optional<Json> body_of(const http::Request& request, std::initializer_list<Field> fields) {
  auto body = body_of(request);
  if (!body) return std::nullopt;
  const auto is_taken = [&](const Member& member) {
    return std::any_of(fields.begin(), fields.end(), [&](const Field& field) {
      return field.name == member.key && fits(member.value, field.type);
    });
  };
  const auto& members = body->members();
  if (!std::all_of(members.begin(), members.end(), is_taken)) return std::nullopt;
  return body;
}

http::Response answer_outcome(const Outcome<Json>& outcome) {
  if (outcome) return answer(*outcome);
  return http::json_response(outcome.error().status,
                             write_json(error_body(outcome.error(), {}), Layout::readable));
}

}  // namespace tollgate::simulator
