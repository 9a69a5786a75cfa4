// SPDX-License-Identifier: Apache-2.0
// The public routes of entitlements: decode, authorise, delegate, respond. The contract is
// proto/http/entitlements.yaml.
#pragma once

#include <string>
#include <vector>

#include "http/auth.hpp"
#include "http/router.hpp"
#include "read_entitlements.hpp"

namespace tollgate::entitlements {

/// One io thread. Everything it refers to outlives it.
class HttpApi {
 public:
  HttpApi(ReadEntitlements& read_entitlements, const http::ServiceAuth& services,
          const http::UserAuth& users, std::vector<std::string> cors_origins);

  boost::asio::awaitable<http::Response> get_user_entitlements(http::Request& request);
  boost::asio::awaitable<http::Response> get_user_feature(http::Request& request);
  boost::asio::awaitable<http::Response> post_entitlements_batch(http::Request& request);
  boost::asio::awaitable<http::Response> get_my_entitlements(http::Request& request);
  boost::asio::awaitable<http::Response> preflight(http::Request& request);

  /// The handler to give to a Server; lives as long as this object.
  http::Handler& handler() { return router_; }

 private:
  boost::asio::awaitable<http::Response> entitlements_of(std::string user_id,
                                                         http::Request& request);
  boost::asio::awaitable<http::Response> my_entitlements(http::Request& request);
  /// Lets a page of one of the configured origins see the answer.
  void share_with_origin(const http::Request& request, http::Response& response) const;

  ReadEntitlements& read_entitlements_;
  const http::ServiceAuth& services_;
  const http::UserAuth& users_;
  const std::vector<std::string> cors_origins_;
  http::Router router_;
};

}  // namespace tollgate::entitlements
