// SPDX-License-Identifier: Apache-2.0
// What readers are shown of the facts, row by row, and the places from which lists go on.
// What writers keep is entitlement_rows.hpp's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "entitlements/domain/entitlement_rows.hpp"
#include "stripe/objects.hpp"

namespace tollgate::entitlements {

/// An event without what it says: where it lies and what became of it.
struct ToldEvent {
  Key key;
  std::string type;
  std::optional<Time> created;
  std::optional<stripe::ObjectKind> kind;
  std::string object_id;
  Outcome outcome = Outcome::irrelevant;
  std::string topic;
  Position position;
};

struct ShownChange {
  std::int64_t version = 0;
  std::string before;  ///< document; empty: the first
  std::string after;
  std::string cause;  ///< `event`, `time`, …
  std::optional<ToldEvent> event;
  Time recorded_at;
};

/// Newest first; what is equally old is told apart by its key, so that no page misses a row.
struct ObjectPlace {
  Time created;
  Key key;
};
struct LetterPlace {
  Time recorded_at;
  std::string topic;
  Position position;
};

/// Empty: any.
struct ListFilter {
  std::string user_id;
  std::string status;
  std::string plan;
};

struct ShownSubscription {
  ObjectPlace place;
  std::string customer_id;
  std::string user_id;
  std::string status;
  std::string plan;
  std::vector<std::string> price_ids;
  std::optional<std::int64_t> quantity;
  std::optional<Time> current_period_start, current_period_end, cancel_at, canceled_at, ended_at,
      trial_end, paid_through;
};

/// An object that counts for nobody.
struct ShownOrphan {
  ObjectPlace place;
  std::string kind;
  std::string customer_id;
  std::string owner_id;  ///< empty: nothing says whose customer's it is
  std::string status;
  std::string plan;
  std::string event_id;  ///< that told the state
  bool conflict = false;
  std::vector<std::string> user_ids;  ///< of a conflict: all that are named
};

struct ShownDeadLetter {
  LetterPlace place;
  std::string event_id;  ///< empty where the bytes have no readable one
  std::string type;
  std::string reason;
  std::int64_t body_bytes = 0;
  std::string body;  ///< base64 of the first bytes, where they were asked for
};

}  // namespace tollgate::entitlements
