// SPDX-License-Identifier: Apache-2.0
// Looks for the owner of objects that name no customer, through everything they are linked with:
// dispute -> charge -> payment intent <- a guest's Checkout session. Objects whose next relatives
// name a customer never come here.
#pragma once

#include <span>
#include <vector>

#include "entitlements_store.hpp"

namespace tollgate::entitlements {

/// An object that has another owner from now on, with its row to be written.
struct MovedObject {
  ObjectRow row;
  std::vector<Key> owners;  ///< the former and the new one, as far as there are
  Key seed;                 ///< through which of the objects asked about it was found
};

/// Locks, in one order for all writers, what find_kin will look at, as far as it can be seen yet.
/// Without it two writers who meet at one payment would lock each other out.
void lock_kin(EntitlementsTransaction& transaction, std::span<const Key> seeds);

/// `seeds`: objects without an owner, and those that name a customer since now. Sorted by key.
///
/// What is linked but not known yet gets a row that waits for it, and all that name no customer are
/// locked: a writer of such an object in another transaction comes before or after, never between.
std::vector<MovedObject> find_kin(EntitlementsTransaction& transaction, std::span<const Key> seeds);

}  // namespace tollgate::entitlements
