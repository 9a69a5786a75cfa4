// SPDX-License-Identifier: Apache-2.0
#include "checkout/http_api.hpp"

#include <utility>

#include "checkout/answers_json.hpp"

namespace tollgate::checkout {
namespace {

constexpr http::Route<HttpApi> routes[] = {
    {"GET", "/v1/plans", &HttpApi::get_plans},
};

}  // namespace

HttpApi::HttpApi(const Catalog& catalog, std::vector<std::string> cors_origins)
    : plans_(plans_json(catalog)),
      cors_({.origins = std::move(cors_origins),
             .methods = "GET, POST, PATCH, DELETE",
             .request_headers = "Authorization, Content-Type, Idempotency-Key, X-Request-Id",
             .shown_headers = "Location, Retry-After"}),
      router_(*this, std::span<const http::Route<HttpApi>>{routes}) {}

boost::asio::awaitable<http::Response> HttpApi::handle(http::Request& request) {
  // A browser asks before it sends: any path may be asked about.
  if (request.method == "OPTIONS" && !request.header("access-control-request-method").empty()) {
    co_return cors_.preflight(request);
  }
  http::Response response = co_await router_.handle(request);
  cors_.share(request, response);
  co_return response;
}

boost::asio::awaitable<http::Response> HttpApi::get_plans(http::Request&) {
  http::Response response = http::json_response(200, plans_);
  response.headers.emplace_back("Cache-Control", "public, max-age=60");
  co_return response;
}

}  // namespace tollgate::checkout
