// SPDX-License-Identifier: Apache-2.0
// Two small events, one of each style, for tests of the envelope.
// Whole objects in every version are in normalise_versions_test.cpp.
#pragma once

#include <string_view>

namespace tollgate::stripe {

inline constexpr std::string_view snapshot_event = R"({
  "id": "evt_1Doc", "object": "event", "account": "acct_1Connected",
  "api_version": "2026-10-28.endive", "created": 1768471202,
  "data": {
    "object": {
      "id": "sub_1Doc", "object": "subscription", "customer": "cus_Doc1", "status": "active",
      "items": {"object": "list", "data": [{"id": "si_1", "quantity": 1}], "has_more": false},
      "metadata": {"user_id": "usr_7", "note": "\ud83d\ude00 \u00eb"}
    },
    "previous_attributes": {"status": "incomplete"}
  },
  "livemode": true, "pending_webhooks": 1,
  "request": {"id": null, "idempotency_key": null},
  "type": "customer.subscription.updated"
})";

inline constexpr std::string_view thin_event = R"({
  "id": "evt_test_65DocA", "object": "v2.core.event", "context": null,
  "created": "2026-02-25T12:00:00.25Z", "livemode": false,
  "reason": {"type": "request", "request": {"id": "req_Doc3", "idempotency_key": "up-1"}},
  "related_object": {"id": "sub_1Doc00000000000000001", "type": "subscription",
                     "url": "/v1/subscriptions/sub_1Doc00000000000000001"},
  "snapshot_event": "evt_1DocB", "type": "v1.customer.subscription.updated"
})";

}  // namespace tollgate::stripe
