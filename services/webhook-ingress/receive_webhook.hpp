// SPDX-License-Identifier: Apache-2.0
// The one use case: believe a delivery or not, and answer only when the log has it.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/metrics.hpp"
#include "stripe/stripe_event.hpp"
#include "stripe/webhook_signature.hpp"
#include "webhook-ingress/event_log.hpp"

namespace tollgate::ingress {

/// What a delivery claims, as it came over the wire.
struct Delivery {
  std::string_view signature_header{};     ///< value of Stripe-Signature
  std::size_t signature_header_count = 0;  ///< how many such headers; exactly one is right
  std::string_view content_encoding{};     ///< Stripe sends none
  std::string_view body{};                 ///< raw bytes
};

enum class Verdict {
  accepted,     ///< the log has it: 200
  invalid,      ///< not believed: 400, one answer whatever the reason
  unavailable,  ///< believed, but the log does not have it for sure: 503, Stripe sends again
  too_large,    ///< the same, and until an operator lets the log take larger records
};

struct Receipt {
  Verdict verdict = Verdict::invalid;
  std::string_view reason{};  ///< a literal, for the log; empty when accepted
  std::string_view detail{};  ///< the broker's own word, a literal; often empty
  std::string event_id{};     ///< only when believed and not stored: what Stripe will send again
};

/// One io thread. Holds no state between deliveries but buffers and metrics.
class ReceiveWebhook {
 public:
  ReceiveWebhook(const stripe::WebhookSignature& signature, EventLog& log, const Clock& clock,
                 Metrics& metrics);

  /// The views in `delivery` must live until this is done.
  boost::asio::awaitable<Receipt> receive(Delivery delivery);

 private:
  Result<stripe::StripeEvent, std::string_view> believe(const Delivery& delivery, Time now);
  Receipt not_stored(const AppendFault& fault, std::string_view body);
  void observe_lag(const stripe::StripeEvent& event, Time received);

  const stripe::WebhookSignature& signature_;
  EventLog& log_;
  const Clock& clock_;
  stripe::EventScanner scanner_;
  CounterByLabel accepted_;
  CounterByLabel unavailable_;
  CounterByLabel too_large_;
  CounterByLabel invalid_by_reason_;
  CounterByLabel unavailable_by_reason_;
  Gauge& in_flight_;
  Histogram& acknowledgement_;
  Histogram& delivery_lag_;
};

}  // namespace tollgate::ingress
