// SPDX-License-Identifier: Apache-2.0
// An answer, and the one place where errors become RFC 9457 problem documents.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/request.hpp"

namespace tollgate::http {

struct Response {
  unsigned status = 200;     ///< 0: no answer, the connection is reset
  std::string content_type;  ///< empty: no such header
  std::string body;
  /// A `Date` here takes the place of the server's own.
  std::vector<std::pair<std::string, std::string>> headers;
  bool close = false;  ///< end the connection after this answer
};

/// A closed set; `code` on the wire is the enumerator's name unless the caller gives a finer one.
enum class ErrorCode {
  invalid_request,     // 400
  unauthorized,        // 401
  payment_required,    // 402
  forbidden,           // 403
  not_found,           // 404
  method_not_allowed,  // 405
  request_timeout,     // 408
  conflict,            // 409
  payload_too_large,   // 413
  unprocessable,       // 422
  too_many_requests,   // 429
  headers_too_large,   // 431
  internal,            // 500
  not_implemented,     // 501
  bad_gateway,         // 502
  unavailable,         // 503
};

/// The one function that maps errors to HTTP.
unsigned status_of(ErrorCode code);

struct Problem {
  ErrorCode error = ErrorCode::internal;
  std::string code;    ///< stable snake_case; empty: the name of `error`
  std::string detail;  ///< for the client's developer: what to do; never internals or secrets
  /// Further members of the document (RFC 9457 section 3.2), after the others.
  std::vector<std::pair<std::string, std::string>> members = {};
  int retry_after_s = 1;  ///< told with 429 and 503
};

/// `application/problem+json` with type, title, status, detail, code and request_id. 429 and 503
/// carry `Retry-After`.
Response problem_response(const Problem& problem, const std::string& request_id);

Response json_response(unsigned status, std::string body);

}  // namespace tollgate::http
