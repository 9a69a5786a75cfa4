// SPDX-License-Identifier: Apache-2.0
// To whom objects that name no customer belong by what they name themselves: nearly always that
// decides. Farther relatives are looked for by find_kin.hpp.
#pragma once

#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "entitlements/entitlements_store.hpp"

namespace tollgate::entitlements {

/// One for a batch.
class NextRelatives {
 public:
  /// What an object of the batch says, or is decided to say; an empty id: it names none.
  void name(const Key& object, const std::string& customer_id);

  /// Takes the links of the batch's objects, sorted, and asks for the ends that are not named yet:
  /// most are in the batch itself.
  void find(EntitlementsTransaction& transaction, std::vector<Link> links);

  /// The customer to whom the object belongs; empty: farther relatives must be looked for.
  [[nodiscard]] std::string owner_of(const Key& object) const;

  /// And what they are linked with, unless that names a customer.
  [[nodiscard]] std::set<Key> with_relatives(std::set<Key> nameless) const;

 private:
  std::vector<Link> links_;
  std::unordered_map<Key, std::string, KeyHash> customers_;
};

}  // namespace tollgate::entitlements
