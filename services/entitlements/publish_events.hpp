// SPDX-License-Identifier: Apache-2.0
// What resolve and sweep learn from Stripe, published to stripe.events like what the ingress gets.
#pragma once

#include <string>

#include "base/clock.hpp"
#include "entitlements/events_log.hpp"
#include "events/cloudevents.hpp"
#include "kafka/producer.hpp"

namespace tollgate::entitlements {

/// The producer's io thread; producer and clock outlive it.
class PublishEvents final : public EventsLog {
 public:
  PublishEvents(kafka::Producer& producer, const Clock& clock, std::string topic);

  Appended append_event(const stripe::StripeEvent& event, std::string_view body) override;
  Appended append_answer(const FetchedObject& fetched) override;

 private:
  Appended publish(const events::CloudEvent& event, std::string key, std::string_view body);

  kafka::Producer& producer_;
  const Clock& clock_;
  const std::string topic_;
  events::CloudEventWriter headers_;  // Used again: the producer copies before it suspends.
};

}  // namespace tollgate::entitlements
