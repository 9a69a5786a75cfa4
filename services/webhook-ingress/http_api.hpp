// SPDX-License-Identifier: Apache-2.0
// The public routes of webhook-ingress: decode, delegate, respond.
#pragma once

#include "http/router.hpp"
#include "webhook-ingress/receive_webhook.hpp"

namespace tollgate::ingress {

/// One io thread. Everything it refers to outlives it.
class HttpApi {
 public:
  explicit HttpApi(ReceiveWebhook& receive_webhook);

  boost::asio::awaitable<http::Response> post_stripe_webhook(http::Request& request);

  /// The handler to give to a Server; lives as long as this object.
  http::Handler& handler() { return router_; }

 private:
  ReceiveWebhook& receive_webhook_;
  http::Router router_;
};

}  // namespace tollgate::ingress
