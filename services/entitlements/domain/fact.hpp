// SPDX-License-Identifier: Apache-2.0
// A fact: one row of `events`, as far as `newest` looks at it.
// What an event says in whole travels as stripe/stripe_event.hpp.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "entitlements/domain/snapshot.hpp"
#include "stripe/objects.hpp"

namespace tollgate::entitlements {

/// The type of an answer that `resolve` fetched and published; its second is the answer's `Date`.
inline constexpr std::string_view fetched_type = "com.tollgate.fetched";

struct Fact {
  std::string event_id;
  std::string type;  ///< as sent: `customer.subscription.updated`, `v1.…`, `com.tollgate.fetched`
  Time created;      ///< whole seconds by Stripe's clock
  stripe::ObjectKind kind{};
  std::string object_id;
  std::optional<Snapshot> state;     ///< nothing in thin events
  std::optional<Snapshot> previous;  ///< the state before the change, where the event tells it
};

}  // namespace tollgate::entitlements
