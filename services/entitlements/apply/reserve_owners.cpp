// SPDX-License-Identifier: Apache-2.0
#include "entitlements/apply/reserve_owners.hpp"

#include <tuple>
#include <utility>
#include <vector>

namespace tollgate::entitlements {

void OwnersOfBatch::lock(const std::set<Key>& owners) {
  std::vector<Key> missing;
  for (const Key& owner : owners) {
    if (!locked_.contains(owner)) missing.push_back(owner);
  }
  if (missing.empty()) return;
  for (OwnerRow& row : transaction_.lock_owners(missing)) {
    const Key key = row.key;
    locked_.emplace(key, std::move(row));
  }
}

void OwnersOfBatch::touch(const Key& owner, const Touch& latest) {
  const Key cause{owner.account, owner.livemode, latest.event_id};
  auto [known, first] =
      touched_.try_emplace(owner, TouchedOwner{locked_.at(owner), cause, latest.at});
  TouchedOwner& touched = known->second;
  if (!first &&
      std::tie(touched.caused_at, touched.cause.id) < std::tie(latest.at, latest.event_id)) {
    touched.cause = cause;
    touched.caused_at = latest.at;
  }
}

}  // namespace tollgate::entitlements
