// SPDX-License-Identifier: Apache-2.0
#include "webhook-ingress/http_api.hpp"

#include "base/log.hpp"

namespace tollgate::ingress {
namespace {

constexpr http::Route<HttpApi> routes[] = {
    {"POST", "/webhooks/stripe", &HttpApi::post_stripe_webhook},
};

Delivery decode(const http::Request& request) {
  return {.signature_header = request.header("stripe-signature"),
          .signature_header_count = request.header_count("stripe-signature"),
          .content_encoding = request.header("content-encoding"),
          .body = request.body};
}

// One answer for a bad signature and a bad payload: a stranger learns nothing from it.
http::Response refuse(const Receipt& receipt, const http::Request& request) {
  log::write_bounded(log::Level::warning, receipt.reason, "webhook refused",
                     {{"reason", receipt.reason},
                      {"request_id", request.request_id()},
                      {"remote_address", request.remote_address}});
  return http::problem_response(
      {.error = http::ErrorCode::invalid_request,
       .code = "invalid_webhook",
       .detail = "The signature or the payload is not that of a Stripe event."},
      request.request_id());
}

/// Stripe tries for three days; an event that is too large is lost then unless somebody acts.
std::string_view what_happened(Verdict verdict) {
  if (verdict != Verdict::too_large) return "event not stored";
  return "event too large for the topic: raise its max.message.bytes before Stripe gives up "
         "(`operator topics apply` sets what the largest webhook needs)";
}

http::Response ask_again(const Receipt& receipt, const http::Request& request) {
  log::write_bounded(log::Level::error, receipt.reason, what_happened(receipt.verdict),
                     {{"reason", receipt.reason},
                      {"kafka_error", receipt.detail},
                      {"event_id", receipt.event_id},
                      {"request_id", request.request_id()}});
  return http::problem_response({.error = http::ErrorCode::unavailable,
                                 .code = "log_unavailable",
                                 .detail = "The event could not be stored; send it again."},
                                request.request_id());
}

}  // namespace

HttpApi::HttpApi(ReceiveWebhook& receive_webhook)
    : receive_webhook_(receive_webhook),
      router_(*this, std::span<const http::Route<HttpApi>>{routes}) {}

boost::asio::awaitable<http::Response> HttpApi::post_stripe_webhook(http::Request& request) {
  const Delivery delivery = decode(request);
  const Receipt receipt = co_await receive_webhook_.receive(delivery);
  switch (receipt.verdict) {
    case Verdict::accepted: co_return http::Response{};
    case Verdict::invalid: co_return refuse(receipt, request);
    case Verdict::unavailable:
    case Verdict::too_large: break;
  }
  co_return ask_again(receipt, request);
}

}  // namespace tollgate::ingress
