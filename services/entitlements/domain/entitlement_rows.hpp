// SPDX-License-Identifier: Apache-2.0
// What is kept, row by row, as plain values: the columns of migrations/ in the domain's words.
// What the steps make of it is in fact.hpp, newest.hpp, bind.hpp and derive.hpp.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "entitlements/domain/newest.hpp"
#include "stripe/objects.hpp"

namespace tollgate::entitlements {

/// Of an event, an object or an owner: Stripe's ids are unique only within account and mode. An
/// owner is a customer, or a guest's Checkout session.
struct Key {
  std::string account;  ///< connected account; empty for one's own
  bool livemode = false;
  std::string id;
  auto operator<=>(const Key&) const = default;
};

struct KeyHash {
  std::size_t operator()(const Key& key) const noexcept {
    return std::hash<std::string>{}(key.id);  // Ids are hardly ever equal across accounts.
  }
};

/// Where a record lies in the topic.
struct Position {
  std::int32_t partition = 0;
  std::int64_t offset = 0;
};

/// The consumer's place in a partition: the one it read, and the one after the batch.
struct Advance {
  std::int32_t partition = 0;
  std::int64_t expected = 0;
  std::int64_t next = 0;
};

enum class Outcome {
  fact,         ///< its state counts
  thin,         ///< names an object that must be fetched
  irrelevant,   ///< says nothing about access; kept
  dead_letter,  ///< cannot be read; its bytes are kept
};
std::string_view to_string(Outcome outcome);

struct EventRow {
  Key key;
  std::string type;
  std::string api_version;
  std::optional<Time> created;  ///< whole seconds
  std::optional<stripe::ObjectKind> kind;
  std::string object_id;
  std::string customer_id;
  std::string state;  ///< canonical text (stripe/object_json.hpp); so is `previous`
  std::string previous;
  Position position;
  Outcome outcome = Outcome::irrelevant;
  std::optional<Stage> stage{};           ///< of `state`, where it was read with the event
  std::optional<Stage> previous_stage{};  ///< of `previous`
};

struct DeadLetter {
  Position position;
  std::string event_id;  ///< empty where it cannot be read
  std::string type;
  std::string reason;
  std::string_view key;  ///< the record's bytes; they live as long as the batch
  std::string_view body;
};

/// From an object that names no customer to one that may know him.
struct Link {
  Key from;
  std::string to_id;
  auto operator<=>(const Link&) const = default;
};

struct ObjectRow {
  Key key;
  std::optional<stripe::ObjectKind> kind;  ///< nothing: only awaited, no fact is known
  std::string customer_id;                 ///< as Stripe wrote it
  std::string owner_id;                    ///< empty: an orphan
  Newest newest;
  std::string pays_for;  ///< of a paid invoice for a period: the subscription
  std::optional<Time> pays_since;
  std::int64_t revision = 0;  ///< as read; 0: not stored yet
};

/// To whom an object belongs, and who may know it: what the search for an owner looks at.
struct Placement {
  Key key;
  std::optional<stripe::ObjectKind> kind;  ///< nothing: only awaited, no fact is known
  std::string customer_id;                 ///< as Stripe wrote it
  std::string owner_id;                    ///< empty: an orphan
  std::int64_t revision = 0;               ///< as read; 0: not stored yet
};

/// A link, seen from one of its ends.
struct Relation {
  Key from;
  Placement to;
};

struct OwnerRow {
  Key key;
  std::string user_id;  ///< empty: nobody, or a conflict
  bool conflict = false;
  bool operator==(const OwnerRow&) const = default;
};

struct Claim {
  Key owner;
  std::string user_id;
};

struct DocumentRow {
  std::string user_id;
  std::string document;  ///< entitlements_json.hpp; empty: nothing derived yet
  std::optional<Time> valid_until;
  std::int64_t version = 0;
  std::int64_t catalog_revision = 0;
};

/// What Stripe calls something that a plan is sold as.
struct PlanName {
  std::string matched_by;  ///< `product`, `price` or `lookup_key`
  std::string name;
  std::string plan;
  std::int64_t rank = 0;
};

/// Why a user's document changed.
enum class ChangeCause {
  event,      ///< what Stripe said
  time,       ///< a grant ended
  catalog,    ///< another revision of the catalogue
  operation,  ///< an operator's rebuild or replay
};
std::string_view to_string(ChangeCause cause);

/// A line of a user's history.
struct HistoryRow {
  std::string user_id;
  std::int64_t version = 0;
  std::string before;  ///< document; empty: the first
  std::string after;
  std::optional<Key> cause;  ///< the event, if one did it
  ChangeCause because = ChangeCause::event;
};

}  // namespace tollgate::entitlements
