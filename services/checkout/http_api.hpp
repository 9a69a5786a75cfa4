// SPDX-License-Identifier: Apache-2.0
// The public routes of checkout: decode, authorise, delegate, respond. The contract is
// proto/http/checkout.yaml.
#pragma once

#include <string>
#include <vector>

#include "checkout/domain/rate_limit.hpp"
#include "checkout/sell/change_subscription.hpp"
#include "checkout/sell/follow_session.hpp"
#include "checkout/sell/start_subscription.hpp"
#include "http/auth.hpp"
#include "http/cors.hpp"
#include "http/router.hpp"

namespace tollgate::checkout {

/// What the routes delegate to. Everything it refers to outlives it.
struct UseCases {
  const Catalog& catalog;
  StartCheckout& start_checkout;
  FollowSession& sessions;
  StartSubscription& start_subscription;
  ChangeSubscription& change_subscription;
};

/// One io thread. Everything it refers to outlives it.
class HttpApi final : public http::Handler {
 public:
  HttpApi(UseCases use_cases, const http::UserAuth& users, RateLimit& limit, const Clock& clock,
          std::vector<std::string> cors_origins);

  /// Any route, with what a page of another origin needs to read the answer, be it a fault.
  boost::asio::awaitable<http::Response> handle(http::Request& request) override;

  boost::asio::awaitable<http::Response> get_plans(http::Request& request);
  boost::asio::awaitable<http::Response> post_checkout_session(http::Request& request);
  boost::asio::awaitable<http::Response> get_checkout_session(http::Request& request);
  boost::asio::awaitable<http::Response> post_subscription(http::Request& request);
  boost::asio::awaitable<http::Response> get_subscriptions(http::Request& request);
  boost::asio::awaitable<http::Response> get_change_preview(http::Request& request);
  boost::asio::awaitable<http::Response> patch_subscription(http::Request& request);
  boost::asio::awaitable<http::Response> delete_subscription(http::Request& request);
  boost::asio::awaitable<http::Response> post_resume(http::Request& request);
  boost::asio::awaitable<http::Response> post_portal_session(http::Request& request);

 private:
  /// 200 with the subscription, or why not.
  [[nodiscard]] http::Response respond(const Outcome<Subscription>& outcome,
                                       const http::Request& request) const;
  /// The user, or why he is not served: also when he asks too often. `cost` is RateLimit's.
  [[nodiscard]] Result<std::string, http::Response> user_of(const http::Request& request,
                                                            double cost = 1);
  boost::asio::awaitable<http::Response> route(http::Request& request);

  UseCases use_cases_;
  const http::UserAuth& users_;
  RateLimit& limit_;
  const Clock& clock_;
  const std::string plans_;  ///< the answer: the catalogue never changes
  const http::Cors cors_;
  http::Router router_;
};

}  // namespace tollgate::checkout
