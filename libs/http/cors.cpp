// SPDX-License-Identifier: Apache-2.0
#include "http/cors.hpp"

#include <algorithm>
#include <utility>

namespace tollgate::http {

Cors::Cors(CorsRules rules) : rules_(std::move(rules)) {}

Response Cors::preflight(const Request& request) const {
  Response response;
  response.status = 204;
  share(request, response);
  response.headers.emplace_back("Access-Control-Allow-Methods", rules_.methods);
  response.headers.emplace_back("Access-Control-Allow-Headers", rules_.request_headers);
  response.headers.emplace_back("Access-Control-Max-Age", "600");
  return response;
}

void Cors::share(const Request& request, Response& response) const {
  response.headers.emplace_back("Vary", "Origin");
  const std::string_view origin = request.header("origin");
  if (std::ranges::find(rules_.origins, origin) == rules_.origins.end()) return;
  response.headers.emplace_back("Access-Control-Allow-Origin", origin);
  response.headers.emplace_back("Access-Control-Expose-Headers", rules_.shown_headers);
}

std::vector<std::string> read_origins(Settings& settings, const std::string& name,
                                      const std::string& help) {
  std::vector<std::string> origins = settings.list(name, help);
  for (const std::string& origin : origins) {
    const auto host = origin.find("://");
    const bool has_path =
        host != std::string::npos && origin.find('/', host + 3) != std::string::npos;
    if (host == std::string::npos || has_path) {
      settings.fault(name, "'" + origin + "' is no origin of the form https://host[:port]");
    }
  }
  return origins;
}

}  // namespace tollgate::http
