// SPDX-License-Identifier: Apache-2.0
// An answer as bytes on the wire. Problem documents are http/response.hpp's.
#pragma once

#include <string>
#include <string_view>

#include "http/response.hpp"

namespace tollgate::http {

struct AnswerTraits {
  bool keep_alive = true;
  bool to_http_1_0 = false;
  bool to_head = false;         ///< the length is told, the body is not sent
  std::string_view date;        ///< of the answer (RFC 9110 section 6.6.1), as HTTP writes it
  std::string_view request_id;  ///< empty: no such header
};

/// The head, in `scratch`. Header values with line ends or NULs are left out: a
/// handler that echoes input cannot be made to forge an answer.
std::string_view head_text(const Response& response, const AnswerTraits& traits,
                           std::string& scratch);

/// What goes behind the head.
std::string_view body_text(const Response& response, const AnswerTraits& traits);

}  // namespace tollgate::http
