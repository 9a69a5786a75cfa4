// SPDX-License-Identifier: Apache-2.0
#include "entitlements/apply/find_kin.hpp"

#include <algorithm>
#include <utility>

namespace tollgate::entitlements {
namespace {

// A look that finds something new to lock is followed by another; the longest chain that Stripe's
// objects make has four links.
constexpr int looks_max = 8;

bool is_nameless(const Placement& placement) { return placement.customer_id.empty(); }

}  // namespace

std::set<Key> MovedObject::owners() const {
  const Key& key = placement.key;
  std::set<Key> owners;
  for (const std::string& id : {former_owner_id, placement.owner_id}) {
    if (!id.empty()) owners.insert({key.account, key.livemode, id});
  }
  return owners;
}

void KinSearch::lock(const std::set<Key>& nameless) { look_around(lock_rows(nameless)); }

void KinSearch::note(Placement placement) {
  noted_.insert(placement.key);
  Key key = placement.key;
  placements_.insert_or_assign(std::move(key), std::move(placement));
}

std::vector<MovedObject> KinSearch::find(const std::set<Key>& seeds) {
  std::set<Key> named, nameless;
  for (const Key& seed : seeds) {
    if (looked_from_.contains(seed)) continue;
    (is_nameless(placements_.at(seed)) ? nameless : named).insert(seed);
  }
  named.merge(lock_rows(nameless));
  look_around(std::move(named));
  std::vector<MovedObject> moved;
  std::set<Key> visited;
  for (const auto& [key, placement] : placements_) {
    if (!is_nameless(placement) || visited.contains(key)) continue;
    settle(family_of(key, seeds, visited), moved);
  }
  std::ranges::sort(moved, {}, [](const MovedObject& each) { return each.placement.key; });
  return moved;
}

/// What was found before it was locked may have got further links meanwhile.
void KinSearch::look_around(std::set<Key> begin) {
  for (int look = 0; look < looks_max && !begin.empty(); ++look) {
    looked_from_.insert(begin.begin(), begin.end());
    begin = lock_rows(reach(begin));
  }
}

/// Follows links without passing an object that names a customer. Gives those that must be locked.
std::set<Key> KinSearch::reach(const std::set<Key>& begin) {
  std::set<Key> unlocked;
  std::vector<Key> waiting{begin.begin(), begin.end()};
  while (!waiting.empty()) {
    const std::vector<Relation> relations = transaction_.find_relations(std::exchange(waiting, {}));
    for (const auto& [from, to] : relations) {
      neighbours_[from].insert(to.key);
      neighbours_[to.key].insert(from);
      if (!placements_.try_emplace(to.key, to).second || !is_nameless(to)) continue;
      unlocked.insert(to.key);
      waiting.push_back(to.key);
    }
  }
  return unlocked;
}

/// Gives those that are nameless still.
std::set<Key> KinSearch::lock_rows(const std::set<Key>& nameless) {
  std::set<Key> still;
  if (nameless.empty()) return still;
  const std::vector<Key> keys{nameless.begin(), nameless.end()};
  for (Placement& placement : transaction_.await_objects(keys)) {
    const Key key = placement.key;
    if (!noted_.contains(key)) placements_.insert_or_assign(key, std::move(placement));
    if (is_nameless(placements_.at(key))) still.insert(key);
  }
  return still;
}

/// The objects without a customer that hang together, and what their relatives name.
KinSearch::Family KinSearch::family_of(const Key& first, const std::set<Key>& seeds,
                                       std::set<Key>& visited) {
  Family family;
  std::vector<Key> waiting{first};
  visited.insert(first);
  while (!waiting.empty()) {
    const Key key = std::move(waiting.back());
    waiting.pop_back();
    if (placements_.at(key).kind == stripe::ObjectKind::checkout_session) {
      family.kinship.guest_sessions.push_back(key.id);
    }
    if (seeds.contains(key)) family.seed = key;
    for (const Key& next : neighbours_[key]) {
      const Placement& relative = placements_.at(next);
      if (is_nameless(relative)) {
        if (visited.insert(next).second) waiting.push_back(next);
      } else {
        family.kinship.customers.push_back(relative.customer_id);
        if (seeds.contains(next)) family.seed = next;
      }
    }
    family.members.push_back(key);
  }
  return family;
}

void KinSearch::settle(const Family& family, std::vector<MovedObject>& moved) const {
  if (family.seed.id.empty()) return;
  const std::string owner = owner_of(family.kinship);
  for (const Key& key : family.members) {
    const Placement& placement = placements_.at(key);
    if (!placement.kind || placement.owner_id == owner) continue;
    moved.push_back({placement, placement.owner_id, family.seed});
    moved.back().placement.owner_id = owner;
  }
}

}  // namespace tollgate::entitlements
