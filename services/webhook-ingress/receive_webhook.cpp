// SPDX-License-Identifier: Apache-2.0
#include "webhook-ingress/receive_webhook.hpp"

#include <algorithm>
#include <string>

namespace tollgate::ingress {
namespace {

// Stripe has some 250 event types; only well-signed bodies can add a label value.
constexpr std::size_t types_max = 400;
constexpr std::size_t reasons_max = 50;

const std::string events_name = "tollgate_webhook_events_total";
const std::string events_help = "Well-signed events by type and outcome";

// From a second (a healthy delivery) to three days (Stripe's last retry).
const std::vector<double> lag_buckets_s{1,   2,   5,     10,     30,     60,
                                        300, 900, 3'600, 21'600, 86'400, 259'200};

double seconds_between(Time from, Time to) {
  return std::chrono::duration<double>(to - from).count();
}

/// Counts one request while it is under way, however it ends.
class InFlight {
 public:
  explicit InFlight(Gauge& gauge) : gauge_(gauge) { gauge_.Increment(); }
  ~InFlight() { gauge_.Decrement(); }
  InFlight(const InFlight&) = delete;
  InFlight& operator=(const InFlight&) = delete;

 private:
  Gauge& gauge_;
};

}  // namespace

ReceiveWebhook::ReceiveWebhook(const stripe::WebhookSignature& signature, EventLog& log,
                               const Clock& clock, Metrics& metrics)
    : signature_(signature),
      log_(log),
      clock_(clock),
      accepted_(metrics, events_name, events_help, "type", types_max, {{"outcome", "accepted"}}),
      unavailable_(metrics, events_name, events_help, "type", types_max,
                   {{"outcome", "unavailable"}}),
      too_large_(metrics, events_name, events_help, "type", types_max, {{"outcome", "too_large"}}),
      invalid_by_reason_(metrics, "tollgate_webhook_invalid_total",
                         "Deliveries answered 400, by reason", "reason", reasons_max),
      unavailable_by_reason_(metrics, "tollgate_webhook_unavailable_total",
                             "Deliveries answered 503, by reason", "reason", reasons_max),
      in_flight_(metrics.gauge("tollgate_webhook_in_flight", "Deliveries being handled")),
      acknowledgement_(metrics.histogram("tollgate_webhook_acknowledgement_seconds",
                                         "From the whole request read to the broker's word",
                                         latency_buckets_s())),
      delivery_lag_(metrics.histogram("tollgate_webhook_delivery_lag_seconds",
                                      "From the event's creation at Stripe to its receipt",
                                      lag_buckets_s)) {}

boost::asio::awaitable<Receipt> ReceiveWebhook::receive(Delivery delivery) {
  const InFlight counted{in_flight_};
  const Time received = clock_.now();
  const auto event = believe(delivery, received);
  if (!event) {
    invalid_by_reason_.of(event.error()).Increment();
    co_return Receipt{.verdict = Verdict::invalid, .reason = event.error()};
  }
  observe_lag(*event, received);
  // The scanner's views die with the next delivery, which may come while this one is awaited.
  Counter& accepted = accepted_.of(event->type);
  const auto appended = co_await log_.append(*event, delivery.body, received);
  if (!appended) co_return not_stored(appended.error(), delivery.body);
  accepted.Increment();
  acknowledgement_.Observe(seconds_between(received, clock_.now()));
  co_return Receipt{.verdict = Verdict::accepted};
}

/// Reads the event once more: to keep its id and type for this would cost every accepted one.
Receipt ReceiveWebhook::not_stored(const AppendFault& fault, std::string_view body) {
  const bool is_too_large = fault.kind == AppendFault::Kind::too_large;
  Receipt receipt{.verdict = is_too_large ? Verdict::too_large : Verdict::unavailable,
                  .reason = fault.reason,
                  .detail = fault.detail};
  unavailable_by_reason_.of(fault.reason).Increment();
  if (const auto event = scanner_.scan(body)) {
    receipt.event_id = event->id;
    (is_too_large ? too_large_ : unavailable_).of(event->type).Increment();
  }
  return receipt;
}

/// Size was checked by the server; then headers, age, MAC, and only then JSON.
Result<stripe::StripeEvent, std::string_view> ReceiveWebhook::believe(const Delivery& delivery,
                                                                      Time now) {
  if (delivery.signature_header_count == 0) return std::string_view{"no_signature_header"};
  if (delivery.signature_header_count > 1) return std::string_view{"repeated_signature_header"};
  if (!delivery.content_encoding.empty()) return std::string_view{"content_encoding"};
  const auto verified = signature_.verify(delivery.signature_header, delivery.body, now);
  if (!verified) return to_string(verified.error());
  const auto event = scanner_.scan(delivery.body);
  if (!event) return to_string(event.error());
  return *event;
}

void ReceiveWebhook::observe_lag(const stripe::StripeEvent& event, Time received) {
  if (!event.created) return;
  // Stripe's clock may be ahead of ours; less than nothing would make the sum fall.
  delivery_lag_.Observe(std::max(0.0, seconds_between(*event.created, received)));
}

}  // namespace tollgate::ingress
