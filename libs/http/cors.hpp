// SPDX-License-Identifier: Apache-2.0
// Which pages of other origins may read the answers (the Fetch standard's CORS protocol). Who the
// user is has nothing to do with it: http/auth.hpp.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/config.hpp"
#include "http/request.hpp"
#include "http/response.hpp"

namespace tollgate::http {

struct CorsRules {
  std::vector<std::string> origins;
  std::string_view methods;          ///< that a preflight allows: `GET, POST`
  std::string_view request_headers;  ///< likewise
  std::string_view shown_headers;    ///< of the answer, that a page's script may read
};

/// Immutable, any thread. No credentials are allowed: tokens travel in a header, never in cookies.
class Cors {
 public:
  explicit Cors(CorsRules rules);

  /// 204: what a page may send.
  [[nodiscard]] Response preflight(const Request& request) const;
  /// Lets a page of one of the origins see the answer.
  void share(const Request& request, Response& response) const;

 private:
  const CorsRules rules_;
};

/// Scheme, host and port without a path (RFC 6454): origins are compared as a whole.
std::vector<std::string> read_origins(Settings& settings, const std::string& name,
                                      const std::string& help);

}  // namespace tollgate::http
