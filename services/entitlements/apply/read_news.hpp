// SPDX-License-Identifier: Apache-2.0
// What a batch says about one object, and the row that comes of it but for its owner. The batch as
// a whole, with its locks and owners, is apply_facts.hpp's.
#pragma once

#include <string>
#include <vector>

#include "entitlements/apply/reserve_owners.hpp"
#include "entitlements/domain/entitlement_rows.hpp"
#include "entitlements/domain/fact.hpp"

namespace tollgate::entitlements {

Touch touch_of(const EventRow& event);

struct ObjectNews {
  std::vector<Fact> facts;
  std::string customer_id;  ///< of an event without a state, else the state says it
  bool rewritten = false;   ///< what one of its events said before is gone
  bool is_linked = false;   ///< with objects that it was not known to be linked with
  Touch latest;             ///< the event that speaks of it, or did before
  ObjectRow row;            ///< the cache's, and then what becomes of it
  bool changed = false;     ///< `row` must be written
  bool dirty = false;       ///< its owner, or that of objects linked to it, must be looked for
  bool was_open = false;    ///< OpenObject's
  bool cut_short = false;

  /// Only an event that tells about the object. `replaced`: it told something else before.
  void take(const EventRow& event, bool replaced);
  /// Less may be known of it than its row says.
  void forsake(const Touch& by);
  /// The row too. Else all that was ever told decides, see one_kind.hpp.
  [[nodiscard]] bool is_of_one_kind() const;

  /// The two ways for `row` to become what the facts say.
  void settle(const Key& key, Newest decided);
  /// No fact tells about it any more; others may wait for it by their links. The owner stays.
  void forget(const Key& key);

  /// Its owner must be looked for among farther relatives before it is written. What has no row yet
  /// is not among those: it seemed to have an owner and was not locked, and the search must find a
  /// row.
  [[nodiscard]] bool is_lost() const;
  /// As the search for owners finds it: what is lost is not written yet.
  [[nodiscard]] Placement placement(const Key& key) const;
  /// Whether the row, with its new owner, is yet to be written.
  bool move_to(const std::string& owner_id);
};

}  // namespace tollgate::entitlements
