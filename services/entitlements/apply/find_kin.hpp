// SPDX-License-Identifier: Apache-2.0
// Looks for the owner of objects that name no customer, through everything they are linked with:
// dispute -> charge -> payment intent <- a guest's Checkout session. Objects whose next relatives
// name a customer never come here.
#pragma once

#include <map>
#include <set>
#include <span>
#include <vector>

#include "entitlements/domain/ownership.hpp"
#include "entitlements/entitlements_store.hpp"

namespace tollgate::entitlements {

/// An object that has another owner from now on, with its row to be written.
struct MovedObject {
  ObjectRow row;
  std::vector<Key> owners;  ///< the former and the new one, as far as there are
  Key seed;                 ///< through which of the objects asked about it was found
};

/// One for a transaction. Objects that name no customer are locked before they are judged, and what
/// is linked but not known yet gets a row that waits for it: a writer of such an object in another
/// transaction comes before or after, never between. Who names a customer names him for ever, so
/// such rows need no lock.
class KinSearch {
 public:
  explicit KinSearch(EntitlementsTransaction& transaction) : transaction_(transaction) {}

  /// Locks, in one order for all writers, what find() will look at, as far as it can be seen yet.
  /// Without it two writers who meet at one payment would lock each other out.
  void lock(std::span<const Key> seeds);

  /// `seeds`: objects without an owner, and those that name a customer since now. Sorted by key.
  std::vector<MovedObject> find(std::span<const Key> seeds);

 private:
  struct Family {
    std::vector<Key> members;
    Kinship kinship;
    Key seed;
  };

  void read(std::span<const Key> seeds);
  std::vector<Key> nameless_unlocked() const;
  void lock_rows(std::span<const Key> nameless);
  Family family_of(const Key& first, std::set<Key>& visited);
  void meet(const Key& next, Family& family, std::set<Key>& visited, std::vector<Key>& waiting);
  void settle(const Family& family, std::vector<MovedObject>& moved);

  EntitlementsTransaction& transaction_;
  std::set<Key> seeds_;
  std::set<Key> locked_;
  std::map<Key, ObjectRow> rows_;
  std::map<Key, std::set<Key>> neighbours_;
};

}  // namespace tollgate::entitlements
