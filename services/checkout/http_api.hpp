// SPDX-License-Identifier: Apache-2.0
// The public routes of checkout: decode, authorise, delegate, respond. The contract is
// proto/http/checkout.yaml.
#pragma once

#include <string>

#include "checkout/catalog.hpp"
#include "http/cors.hpp"
#include "http/router.hpp"

namespace tollgate::checkout {

/// One io thread. Everything it refers to outlives it.
class HttpApi final : public http::Handler {
 public:
  HttpApi(const Catalog& catalog, std::vector<std::string> cors_origins);

  /// Any route, with what a page of another origin needs to read the answer, be it a fault.
  boost::asio::awaitable<http::Response> handle(http::Request& request) override;

  boost::asio::awaitable<http::Response> get_plans(http::Request& request);

 private:
  const std::string plans_;  ///< the answer: the catalogue never changes
  const http::Cors cors_;
  http::Router router_;
};

}  // namespace tollgate::checkout
