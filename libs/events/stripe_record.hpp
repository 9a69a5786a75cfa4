// SPDX-License-Identifier: Apache-2.0
// What an event of Stripe's becomes on stripe.events, the same whoever publishes it: the ingress,
// or who found it missing. Answers of Stripe's API are CloudEvents of their own kind:
// cloudevents.hpp.
#pragma once

#include "events/cloudevents.hpp"
#include "stripe/stripe_event.hpp"

namespace tollgate::events {

/// Views of `event`. The record's key is its routing_key().
CloudEvent cloud_event_of(const stripe::StripeEvent& event, Time received);

}  // namespace tollgate::events
