// SPDX-License-Identifier: Apache-2.0
#include "entitlements/publish_events.hpp"

#include <utility>

#include "base/uuid.hpp"
#include "events/stripe_record.hpp"
#include "stripe/stripe_api.hpp"

namespace tollgate::entitlements {
namespace {

AppendFault append_fault(const kafka::PublishFailure& failure) {
  const bool too_large = failure == kafka::PublishFault::too_large;
  return {to_string(failure), too_large ? AppendAgain::never : AppendAgain::later};
}

}  // namespace

PublishEvents::PublishEvents(kafka::Producer& producer, const Clock& clock, std::string topic)
    : producer_(producer), clock_(clock), topic_(std::move(topic)) {}

EventsLog::Appended PublishEvents::append_event(const stripe::StripeEvent& event,
                                                std::string_view body) {
  const events::CloudEvent cloud_event = events::cloud_event_of(event, clock_.now());
  co_return co_await publish(cloud_event, event.routing_key(), body);
}

EventsLog::Appended PublishEvents::append_answer(const FetchedObject& fetched) {
  const Time now = clock_.now();
  const std::string id = make_uuid_v7(now);
  const events::CloudEvent cloud_event{.id = id,
                                       .origin = events::Origin::fetched,
                                       .account = fetched.account,
                                       .livemode = fetched.livemode,
                                       .subject = fetched.object_id,
                                       .api_version = stripe::api_version,
                                       .time = fetched.as_of,
                                       .received = now,
                                       .as_of = fetched.as_of};
  const std::string& routing_id =
      fetched.customer_id.empty() ? fetched.object_id : fetched.customer_id;
  co_return co_await publish(cloud_event, fetched.account + ':' + routing_id, fetched.body);
}

EventsLog::Appended PublishEvents::publish(const events::CloudEvent& event, std::string key,
                                           std::string_view body) {
  const kafka::OutgoingRecord record{
      .topic = topic_, .key = key, .value = body, .headers = headers_.write(event)};
  const auto published = co_await producer_.publish(record);
  if (!published) co_return append_fault(published.error());
  co_return Result<void, AppendFault>{};
}

}  // namespace tollgate::entitlements
