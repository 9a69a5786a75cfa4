// SPDX-License-Identifier: Apache-2.0
#include "control_answers.hpp"

namespace tollgate::simulator {

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

http::Response answer_outcome(const Outcome<Json>& outcome) {
  if (outcome) return answer(*outcome);
  return http::json_response(outcome.error().status,
                             write_json(error_body(outcome.error(), {}), Layout::readable));
}

}  // namespace tollgate::simulator
