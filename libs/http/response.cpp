// SPDX-License-Identifier: Apache-2.0
#include "http/response.hpp"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include "base/utf8.hpp"

namespace tollgate::http {
namespace {

struct ErrorRow {
  unsigned status;
  std::string_view code;
  std::string_view title;
};

ErrorRow row_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid_request: return {400, "invalid_request", "Bad Request"};
    case ErrorCode::unauthorized: return {401, "unauthorized", "Unauthorized"};
    case ErrorCode::payment_required: return {402, "payment_required", "Payment Required"};
    case ErrorCode::forbidden: return {403, "forbidden", "Forbidden"};
    case ErrorCode::not_found: return {404, "not_found", "Not Found"};
    case ErrorCode::method_not_allowed: return {405, "method_not_allowed", "Method Not Allowed"};
    case ErrorCode::request_timeout: return {408, "request_timeout", "Request Timeout"};
    case ErrorCode::conflict: return {409, "conflict", "Conflict"};
    case ErrorCode::payload_too_large: return {413, "payload_too_large", "Content Too Large"};
    case ErrorCode::unprocessable: return {422, "unprocessable", "Unprocessable Content"};
    case ErrorCode::too_many_requests: return {429, "too_many_requests", "Too Many Requests"};
    case ErrorCode::headers_too_large:
      return {431, "headers_too_large", "Request Header Fields Too Large"};
    case ErrorCode::internal: return {500, "internal", "Internal Server Error"};
    case ErrorCode::not_implemented: return {501, "not_implemented", "Not Implemented"};
    case ErrorCode::bad_gateway: return {502, "bad_gateway", "Bad Gateway"};
    case ErrorCode::unavailable: return {503, "unavailable", "Service Unavailable"};
  }
  return {500, "internal", "Internal Server Error"};
}

using Writer = rapidjson::Writer<rapidjson::StringBuffer>;

void write_member(Writer& writer, std::string_view key, std::string_view value) {
  writer.Key(key.data(), static_cast<rapidjson::SizeType>(key.size()));
  writer.String(value.data(), static_cast<rapidjson::SizeType>(value.size()));
}

}  // namespace

unsigned status_of(ErrorCode code) { return row_of(code).status; }

Response problem_response(const Problem& problem, const std::string& request_id) {
  const ErrorRow row = row_of(problem.error);
  rapidjson::StringBuffer text;
  Writer writer{text};
  writer.StartObject();
  write_member(writer, "type", "about:blank");
  write_member(writer, "title", row.title);
  writer.Key("status");
  writer.Uint(row.status);
  write_member(writer, "detail", valid_utf8(problem.detail));
  write_member(writer, "code", problem.code.empty() ? row.code : problem.code);
  write_member(writer, "request_id", request_id);
  for (const auto& [name, value] : problem.members) write_member(writer, name, valid_utf8(value));
  writer.EndObject();

  Response response;
  response.status = row.status;
  response.content_type = "application/problem+json";
  response.body.assign(text.GetString(), text.GetSize());
  // RFC 9110 sections 11.6.1 and 10.2.3.
  if (problem.error == ErrorCode::unauthorized) {
    response.headers.emplace_back("WWW-Authenticate", "Bearer");
  } else if (problem.error == ErrorCode::unavailable ||
             problem.error == ErrorCode::too_many_requests) {
    response.headers.emplace_back("Retry-After", std::to_string(problem.retry_after_s));
  }
  return response;
}

Response json_response(unsigned status, std::string body) {
  Response response;
  response.status = status;
  response.content_type = "application/json";
  response.body = std::move(body);
  return response;
}

}  // namespace tollgate::http
