// SPDX-License-Identifier: Apache-2.0
// Facts for tests of `newest`: states are short names instead of JSON, seconds small numbers.
// Facts for tests of `derive` are in user_facts_builder.hpp.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "entitlements/domain/fact.hpp"

namespace tollgate::entitlements {

/// A subscription's state: its status, and a mark that tells apart states of one status.
inline Snapshot state_of(const std::string& status, const std::string& mark = "") {
  Snapshot snapshot;
  snapshot.text = status + mark;
  snapshot.stage.status = status;
  snapshot.stage.terminal = status == "canceled" || status == "incomplete_expired";
  return snapshot;
}

/// The state of a kind whose life goes one way.
inline Snapshot step_of(const std::string& status, std::int64_t progress,
                        const std::string& mark = "") {
  Snapshot snapshot = state_of(status, mark);
  snapshot.stage.progress = progress;
  return snapshot;
}

inline Fact fact(const std::string& id, std::int64_t second, const std::string& type,
                 std::optional<Snapshot> state, std::optional<Snapshot> previous = std::nullopt) {
  Fact made;
  made.event_id = id;
  made.type = type;
  made.created = from_unix_seconds(second);
  made.kind = stripe::ObjectKind::subscription;
  made.object_id = "sub_1";
  made.state = std::move(state);
  made.previous = std::move(previous);
  return made;
}

inline Fact created(const std::string& id, std::int64_t second, Snapshot state) {
  return fact(id, second, "customer.subscription.created", std::move(state));
}
inline Fact updated(const std::string& id, std::int64_t second, Snapshot previous, Snapshot state) {
  return fact(id, second, "customer.subscription.updated", std::move(state), std::move(previous));
}
/// Tells a state and not the one before it: `paused`, `resumed`, `deleted`, ….
inline Fact told(const std::string& id, std::int64_t second, const std::string& verb,
                 Snapshot state) {
  return fact(id, second, "customer.subscription." + verb, std::move(state));
}
inline Fact fetched(const std::string& id, std::int64_t as_of, Snapshot state) {
  return fact(id, as_of, std::string{fetched_type}, std::move(state));
}
inline Fact thin(const std::string& id, std::int64_t second, const std::string& verb) {
  return fact(id, second, "v1.customer.subscription." + verb, std::nullopt);
}

}  // namespace tollgate::entitlements
