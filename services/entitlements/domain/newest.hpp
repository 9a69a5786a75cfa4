// SPDX-License-Identifier: Apache-2.0
// newest: many snapshots of one object, in any order, become its one latest state.
// Whose the object is decides bind.hpp; what it grants decides derive.hpp.
//
// Stripe's seconds are whole and its deliveries unordered, so arrival decides nothing: a later
// second beats an earlier one, and inside one second the set of snapshots decides (trail.hpp).
#pragma once

#include <optional>
#include <span>
#include <string>

#include "entitlements/domain/fact.hpp"

namespace tollgate::entitlements {

/// How the snapshots of the deciding second agreed.
enum class Tie {
  sole,       ///< they tell one state: no earlier fact can change the choice
  ordered,    ///< their changes chain up to one last state
  ambiguous,  ///< a deterministic pick; only Stripe can say which is the last
};

/// The latest state of one object: a row of `stripe_objects`, a pure function of its facts.
struct Newest {
  std::string state;   ///< canonical text; empty while only thin events or stubs are known
  std::string status;  ///< of that state, see Stage::status
  bool terminal = false;
  bool deleted = false;  ///< Stripe deleted the object; `state` is what was known before
  Tie tie = Tie::sole;
  std::int64_t rank = 0;  ///< of the deciding snapshots within their second; for fold()
  Time created;           ///< the second that decided
  Time status_since;      ///< start of the unbroken run of `status`
  std::optional<Time> other_status_at;  ///< last moment at which another status is known
  bool since_settled = true;  ///< no fact before other_status_at can move status_since; for fold()
  std::optional<Time> payment_failed_at;  ///< invoices: the first `invoice.payment_failed`
  std::string event_id;          ///< of the events that tell `state` in that second, the least id
  bool thin = false;             ///< thin events are among the facts: fold() applies to later ones
  std::optional<Time> asked_at;  ///< a thin event of that second is newer than `state`: fetch it

  bool operator==(const Newest&) const = default;
};

/// Over all facts of one object, in any order, doubled or not. Linear but for sorting by second.
Newest newest(std::span<const Fact> facts);

/// newest() over the facts behind `known` and further ones, without reading those again. Nothing
/// where only the whole set can tell: then call newest() with it.
///
/// Facts of later seconds fold, unless a thin event is unanswered or a state terminal that has thin
/// ones; of the same or earlier seconds, those that cannot matter, where nothing is thin.
/// Not for an event whose stored rendering was replaced by one of a newer API version.
std::optional<Newest> fold(const Newest& known, std::span<const Fact> further);

/// Whether only Stripe can say what the object is now: ambiguous, or a thin event unanswered.
inline bool undecided(const Newest& row) {
  return row.tie == Tie::ambiguous || row.asked_at.has_value();
}

}  // namespace tollgate::entitlements
