// SPDX-License-Identifier: Apache-2.0
#include "kafka_event_log.hpp"

#include "events/cloudevents.hpp"

namespace tollgate::ingress {
namespace {

events::Attributes attributes_of(const stripe::StripeEvent& event, Time received) {
  return {.id = std::string{event.id},
          .account = std::string{event.account},
          .livemode = event.livemode,
          .type = std::string{events::stripe_type_prefix}.append(event.type),
          .subject = std::string{event.object_id},
          .time = event.created,
          .api_version = std::string{event.api_version},
          .received = received,
          .as_of = {}};
}

class KafkaEventLog final : public EventLog {
 public:
  KafkaEventLog(kafka::Producer& producer, std::string topic)
      : producer_(producer), topic_(std::move(topic)) {}

  boost::asio::awaitable<Result<void, AppendFault>> append(const stripe::StripeEvent& event,
                                                           std::string_view body,
                                                           Time received) override {
    const events::AttributeHeaders headers{attributes_of(event, received)};
    const std::string key = event.routing_key();
    const kafka::OutgoingRecord record{
        .topic = topic_, .key = key, .value = body, .headers = headers.headers()};
    const auto published = co_await producer_.publish(record);
    if (!published) co_return AppendFault{to_string(published.error())};
    co_return Result<void, AppendFault>{};
  }

 private:
  kafka::Producer& producer_;
  const std::string topic_;
};

}  // namespace

std::unique_ptr<EventLog> make_kafka_event_log(kafka::Producer& producer, std::string topic) {
  return std::make_unique<KafkaEventLog>(producer, std::move(topic));
}

}  // namespace tollgate::ingress
