// SPDX-License-Identifier: Apache-2.0
#include "entitlements/apply/find_kin.hpp"

#include <algorithm>
#include <utility>

namespace tollgate::entitlements {
namespace {

// A look that finds something new to lock is followed by another; the longest chain that Stripe's
// objects make has four links.
constexpr int looks_max = 8;

}  // namespace

void KinSearch::lock(std::span<const Key> seeds) {
  read(seeds);
  lock_rows(nameless_unlocked());
}

std::vector<MovedObject> KinSearch::find(std::span<const Key> seeds) {
  for (int look = 0; look < looks_max; ++look) {
    read(seeds);
    const std::vector<Key> nameless = nameless_unlocked();
    if (nameless.empty()) break;
    lock_rows(nameless);
  }
  std::vector<MovedObject> moved;
  std::set<Key> visited;
  for (const auto& [key, row] : rows_) {
    if (row.customer_id.empty() && !visited.contains(key)) settle(family_of(key, visited), moved);
  }
  std::sort(moved.begin(), moved.end(),
            [](const MovedObject& a, const MovedObject& b) { return a.row.key < b.row.key; });
  return moved;
}

/// What can be reached from the seeds without passing an object that names a customer.
void KinSearch::read(std::span<const Key> seeds) {
  seeds_ = {seeds.begin(), seeds.end()};
  neighbours_.clear();
  rows_.clear();
  std::set<Key> ids = seeds_;
  for (const Link& link : transaction_.find_kin_links(seeds)) {
    const Key to{link.from.account, link.from.livemode, link.to_id};
    neighbours_[link.from].insert(to);
    neighbours_[to].insert(link.from);
    ids.insert({link.from, to});
  }
  for (const Key& id : ids) rows_[id].key = id;
  const std::vector<Key> wanted{ids.begin(), ids.end()};
  for (ObjectRow& row : transaction_.find_objects(wanted)) {
    const Key key = row.key;
    rows_[key] = std::move(row);
  }
}

std::vector<Key> KinSearch::nameless_unlocked() const {
  std::vector<Key> nameless;
  for (const auto& [key, row] : rows_) {
    if (row.customer_id.empty() && !locked_.contains(key)) nameless.push_back(key);
  }
  return nameless;
}

void KinSearch::lock_rows(std::span<const Key> nameless) {
  if (nameless.empty()) return;
  transaction_.await_objects(nameless);
  locked_.insert(nameless.begin(), nameless.end());
}

/// The objects without a customer that hang together, and what their relatives name.
KinSearch::Family KinSearch::family_of(const Key& first, std::set<Key>& visited) {
  Family family;
  std::vector<Key> waiting{first};
  visited.insert(first);
  while (!waiting.empty()) {
    const Key key = std::move(waiting.back());
    waiting.pop_back();
    if (rows_.at(key).kind == stripe::ObjectKind::checkout_session) {
      family.kinship.guest_sessions.push_back(key.id);
    }
    if (seeds_.contains(key)) family.seed = key;
    family.members.push_back(key);
    for (const Key& next : neighbours_[key]) meet(next, family, visited, waiting);
  }
  return family;
}

void KinSearch::meet(const Key& next, Family& family, std::set<Key>& visited,
                     std::vector<Key>& waiting) {
  const ObjectRow& row = rows_.at(next);
  if (row.customer_id.empty()) {
    if (visited.insert(next).second) waiting.push_back(next);
    return;
  }
  family.kinship.customers.push_back(row.customer_id);
  if (seeds_.contains(next)) family.seed = next;
}

void KinSearch::settle(const Family& family, std::vector<MovedObject>& moved) {
  const std::string owner = owner_of(family.kinship);
  for (const Key& key : family.members) {
    const ObjectRow& row = rows_.at(key);
    if (!row.kind || row.owner_id == owner) continue;
    MovedObject move{row, {}, family.seed};
    for (const std::string& id : {row.owner_id, owner}) {
      if (!id.empty()) move.owners.push_back({key.account, key.livemode, id});
    }
    move.row.owner_id = owner;
    moved.push_back(std::move(move));
  }
}

}  // namespace tollgate::entitlements
