// SPDX-License-Identifier: Apache-2.0
// Looks for the owner of objects that name no customer, through everything they are linked with:
// dispute -> charge -> payment intent <- a guest's Checkout session. For most objects their next
// relatives decide, see find_relatives.hpp.
#pragma once

#include <map>
#include <set>
#include <vector>

#include "entitlements/domain/ownership.hpp"
#include "entitlements/entitlements_store.hpp"

namespace tollgate::entitlements {

using Relatives = std::map<Key, Placement>;

/// An object that has another owner from now on.
struct MovedObject {
  Placement placement;  ///< with the new owner
  std::string former_owner_id;
  Key seed;  ///< through which of the objects asked about it was found

  /// The former and the new one, as far as there are.
  [[nodiscard]] std::set<Key> owners() const;
};

/// One for a transaction. Objects that name no customer are locked before their links are read, and
/// what is linked but not known yet gets a row that waits for it: a writer of such an object in
/// another transaction comes before or after, never between. Who names a customer keeps naming
/// him, as Stripe's objects do, so such rows need no lock.
class KinSearch {
 public:
  explicit KinSearch(EntitlementsTransaction& transaction) : transaction_(transaction) {}

  /// Locks objects that name no customer, and in the end all of their relatives that name none.
  /// `nameless` includes the next relatives as far as they are in sight, so that two writers who
  /// meet at one payment lock it in one order.
  void lock(const std::set<Key>& nameless);

  /// What was locked or reached so far.
  [[nodiscard]] const Relatives& met() const { return placements_; }

  /// How the transaction itself has placed an object by now, whatever the database says.
  void note(Placement placement);

  /// `seeds`: objects without an owner in sight, and those whose word about a customer or a link is
  /// news to others; all are noted. Sorted by key.
  std::vector<MovedObject> find(const std::set<Key>& seeds);

 private:
  struct Family {
    std::vector<Key> members;
    Kinship kinship;
    Key seed;  ///< an empty id: none of the objects asked about has to do with it
  };

  void look_around(std::set<Key> begin);
  std::set<Key> reach(const std::set<Key>& begin);
  std::set<Key> lock_rows(const std::set<Key>& nameless);
  Family family_of(const Key& first, const std::set<Key>& seeds, std::set<Key>& visited);
  void settle(const Family& family, std::vector<MovedObject>& moved) const;

  EntitlementsTransaction& transaction_;
  std::set<Key> looked_from_;
  std::set<Key> noted_;
  Relatives placements_;
  std::map<Key, std::set<Key>> neighbours_;
};

}  // namespace tollgate::entitlements
