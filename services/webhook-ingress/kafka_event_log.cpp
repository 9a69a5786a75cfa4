// SPDX-License-Identifier: Apache-2.0
#include "webhook-ingress/kafka_event_log.hpp"

#include "events/stripe_record.hpp"

namespace tollgate::ingress {
namespace {

AppendFault fault_of(const kafka::PublishFailure& failure) {
  return {.kind = failure == kafka::PublishFault::too_large ? AppendFault::Kind::too_large
                                                            : AppendFault::Kind::unavailable,
          .reason = to_string(failure.fault),
          .detail = failure.kafka_error};
}

class KafkaEventLog final : public EventLog {
 public:
  KafkaEventLog(kafka::Producer& producer, std::string topic)
      : producer_(producer), topic_(std::move(topic)) {}

  boost::asio::awaitable<Result<void, AppendFault>> append(const stripe::StripeEvent& event,
                                                           std::string_view body,
                                                           Time received) override {
    const events::CloudEvent cloud_event = events::cloud_event_of(event, received);
    const std::span<const Header> headers = headers_.write(cloud_event);
    const std::string key = event.routing_key();
    const kafka::OutgoingRecord record{
        .topic = topic_, .key = key, .value = body, .headers = headers};
    const auto published = co_await producer_.publish(record);
    if (!published) co_return fault_of(published.error());
    co_return Result<void, AppendFault>{};
  }

 private:
  kafka::Producer& producer_;
  const std::string topic_;
  events::CloudEventWriter headers_;  // Used again: publish() copies before it suspends.
};

}  // namespace

std::unique_ptr<EventLog> make_kafka_event_log(kafka::Producer& producer, std::string topic) {
  return std::make_unique<KafkaEventLog>(producer, std::move(topic));
}

}  // namespace tollgate::ingress
