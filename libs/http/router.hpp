// SPDX-License-Identifier: Apache-2.0
// A service's routes as data: verb, pattern, member function. 404, 405 with Allow and HEAD are
// answered here.
#pragma once

#include <boost/asio/awaitable.hpp>

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
};

/// One row of a table `constexpr Route<HttpApi> routes[]`.
template <class Api>
struct Route {
  std::string_view method;   ///< `GET`, …
  std::string_view pattern;  ///< `/v1/users/{user_id}/entitlements`: a placeholder is one segment
  boost::asio::awaitable<Response> (Api::*handler)(Request&);
};

class Router final : public Handler {
 public:
  template <class Api>
  Router(Api& api, std::span<const Route<Api>> table) {
    for (const auto& route : table) {
      add(route.method, route.pattern,
          [&api, handler = route.handler](Request& request) { return (api.*handler)(request); });
    }
  }

  boost::asio::awaitable<Response> handle(Request& request) override;

 private:
  using Action = std::function<boost::asio::awaitable<Response>(Request&)>;
  struct Entry {
    std::string method;
    std::vector<std::string> segments;  ///< `{…}` marks a placeholder
    Action action;
  };
  void add(std::string_view method, std::string_view pattern, Action action);
  boost::asio::awaitable<Response> act(const Entry& entry, Request& request);
  static boost::asio::awaitable<Response> answer(Response response);

  std::vector<Entry> entries_;
  std::vector<std::string_view> request_segments_;  ///< of the one being routed; keeps its memory
};

}  // namespace tollgate::http
