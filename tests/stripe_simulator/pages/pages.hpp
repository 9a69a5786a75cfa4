// SPDX-License-Identifier: Apache-2.0
// The web pages: which address shows which file, with headers that let a page load nothing but its
// own. What the pages ask for is in payment_pages.hpp and control_api.hpp.
#pragma once

#include "http/router.hpp"
#include "stripe_simulator/pages/portal.hpp"

namespace tollgate::simulator {

class Pages {
 public:
  /// `world` and what `portal` refers to outlive it.
  Pages(const World& world, Portal portal);
  Pages(const Pages&) = delete;  // The router refers to this object.
  Pages& operator=(const Pages&) = delete;

  boost::asio::awaitable<http::Response> checkout(http::Request& request);
  boost::asio::awaitable<http::Response> authenticate(http::Request& request);
  boost::asio::awaitable<http::Response> authenticate_intent(http::Request& request);
  boost::asio::awaitable<http::Response> portal(http::Request& request);
  boost::asio::awaitable<http::Response> portal_state(http::Request& request);
  boost::asio::awaitable<http::Response> portal_action(http::Request& request);
  boost::asio::awaitable<http::Response> dashboard(http::Request& request);
  boost::asio::awaitable<http::Response> stripe_js(http::Request& request);
  boost::asio::awaitable<http::Response> file(http::Request& request);

  http::Handler& handler() { return router_; }

 private:
  [[nodiscard]] http::Response page_of(std::string_view kind, const std::string& id,
                                       std::string_view name) const;

  const World& world_;
  Portal portal_;
  http::Router router_;
};

}  // namespace tollgate::simulator
