// SPDX-License-Identifier: Apache-2.0
#include "events/stripe_record.hpp"

namespace tollgate::events {

CloudEvent cloud_event_of(const stripe::StripeEvent& event, Time received) {
  return {.id = event.id,
          .type = event.type,
          .account = event.account,
          .livemode = event.livemode,
          .subject = event.object_id,
          .api_version = event.api_version,
          .time = event.created,
          .received = received,
          .as_of = {}};
}

}  // namespace tollgate::events
