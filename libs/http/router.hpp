// SPDX-License-Identifier: Apache-2.0
// A service's routes as data: verb, pattern, member function. 404, 405 with Allow and HEAD are
// answered here.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "http/request.hpp"
#include "http/response.hpp"

namespace tollgate::http {

/// Answers requests on the io thread. What it throws is logged and answered 500.
class Handler {
 public:
  virtual ~Handler() = default;
  virtual boost::asio::awaitable<Response> handle(Request& request) = 0;

  /// What a body of this request may have where ServerLimits::body_bytes_max is too little; asked
  /// only then, with the head alone.
  [[nodiscard]] virtual std::size_t body_bytes_max(const Request& /*head*/) const { return 0; }
};

/// One row of a table `constexpr Route<HttpApi> routes[]`.
template <class Api>
struct Route {
  std::string_view method;   ///< `GET`, …
  std::string_view pattern;  ///< `/v1/users/{user_id}/entitlements`: a placeholder is one segment
  boost::asio::awaitable<Response> (Api::*handler)(Request&);
  std::size_t body_bytes_max = 0;  ///< where it needs more than the server's
};

class Router final : public Handler {
 public:
  template <class Api>
  Router(Api& api, std::span<const Route<Api>> table) {
    for (const auto& route : table) {
      add(route.method, route.pattern, route.body_bytes_max,
          [&api, handler = route.handler](Request& request) { return (api.*handler)(request); });
    }
  }

  boost::asio::awaitable<Response> handle(Request& request) override;
  [[nodiscard]] std::size_t body_bytes_max(const Request& head) const override;

 private:
  using Action = std::function<boost::asio::awaitable<Response>(Request&)>;
  struct Entry {
    std::string method;
    std::vector<std::string> segments;  ///< `{…}` marks a placeholder
    std::size_t body_bytes_max;
    Action action;
  };
  void add(std::string_view method, std::string_view pattern, std::size_t body_bytes_max,
           Action action);
  boost::asio::awaitable<Response> act(const Entry& entry, Request& request);
  static boost::asio::awaitable<Response> answer(Response response);

  std::vector<Entry> entries_;
  std::vector<std::string_view> request_segments_;  ///< of the one being routed; keeps its memory
};

}  // namespace tollgate::http
