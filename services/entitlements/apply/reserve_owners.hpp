// SPDX-License-Identifier: Apache-2.0
// Owners whose facts changed in a batch, and by what. Who locks them otherwise than for facts uses
// EntitlementsTransaction::lock_owners.
#pragma once

#include <compare>
#include <map>
#include <set>
#include <string>

#include "entitlements/entitlements_store.hpp"

namespace tollgate::entitlements {

/// Locked until the end of the transaction.
struct TouchedOwner {
  OwnerRow row;  ///< as it was
  Key cause;     ///< the latest of the events that touched it; an empty id: none did
  Time caused_at;
};
using TouchedOwners = std::map<Key, TouchedOwner>;

/// An event as the cause of something; without an id there was none.
struct Touch {
  Time at;
  std::string event_id;
  auto operator<=>(const Touch&) const = default;
};

/// One for a transaction, which outlives it.
class OwnersOfBatch {
 public:
  explicit OwnersOfBatch(EntitlementsTransaction& transaction) : transaction_(transaction) {}

  /// Those that are not locked yet, in one order for all writers.
  void lock(const std::set<Key>& owners);
  /// Only of one that is locked.
  void touch(const Key& owner, const Touch& latest);

  [[nodiscard]] const TouchedOwners& touched() const { return touched_; }

 private:
  EntitlementsTransaction& transaction_;
  std::map<Key, OwnerRow> locked_;
  TouchedOwners touched_;
};

}  // namespace tollgate::entitlements
