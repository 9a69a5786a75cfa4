// SPDX-License-Identifier: Apache-2.0
#include "find_kin.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "ownership.hpp"

namespace tollgate::entitlements {
namespace {

// The longest chain that Stripe's objects make is refund - charge - payment intent - session.
constexpr int steps_max = 8;

class KinSearch {
 public:
  KinSearch(EntitlementsTransaction& transaction, std::span<const Key> seeds)
      : transaction_(transaction), seeds_(seeds.begin(), seeds.end()) {}

  std::vector<MovedObject> run() {
    explore(Rows::locked);
    std::vector<MovedObject> moved;
    std::set<Key> visited;
    for (const auto& [key, row] : rows_) {
      if (row.customer_id.empty() && !visited.contains(key)) settle(family_of(key, visited), moved);
    }
    std::sort(moved.begin(), moved.end(),
              [](const MovedObject& a, const MovedObject& b) { return a.row.key < b.row.key; });
    return moved;
  }

  void lock() {
    explore(Rows::as_found);
    std::vector<Key> nameless;
    for (const auto& [key, row] : rows_) {
      if (row.customer_id.empty()) nameless.push_back(key);
    }
    transaction_.await_objects(nameless);
  }

 private:
  enum class Rows { as_found, locked };

  void explore(Rows rows) {
    std::set<Key> frontier = seeds_;
    for (int step = 0; step < steps_max && !frontier.empty(); ++step) {
      read(frontier, rows);
      std::vector<Key> open;
      for (const Key& key : frontier) {
        if (rows_.at(key).customer_id.empty() || seeds_.contains(key)) open.push_back(key);
      }
      frontier = open.empty() ? std::set<Key>{} : unseen_neighbours(open);
    }
  }

  /// Who names a customer names him for ever: such a row needs no lock.
  void read(const std::set<Key>& frontier, Rows rows) {
    const std::vector<Key> ids{frontier.begin(), frontier.end()};
    for (ObjectRow& row : transaction_.find_objects(ids)) keep(std::move(row));
    std::vector<Key> nameless;
    for (const Key& key : ids) {
      ObjectRow& row = rows_[key];
      row.key = key;
      if (row.customer_id.empty()) nameless.push_back(key);
    }
    if (rows == Rows::as_found || nameless.empty()) return;
    for (ObjectRow& row : transaction_.await_objects(nameless)) keep(std::move(row));
  }

  void keep(ObjectRow row) {
    const Key key = row.key;
    rows_.insert_or_assign(key, std::move(row));
  }

  std::set<Key> unseen_neighbours(const std::vector<Key>& open) {
    std::set<Key> unseen;
    for (const Link& link : transaction_.find_links(open)) {
      const Key to{link.from.account, link.from.livemode, link.to_id};
      neighbours_[link.from].insert(to);
      neighbours_[to].insert(link.from);
      for (const Key& end : {link.from, to}) {
        if (!rows_.contains(end)) unseen.insert(end);
      }
    }
    return unseen;
  }

  struct Family {
    std::vector<Key> members;
    Kinship kinship;
    Key seed;
  };

  /// The objects without a customer that hang together, and what their relatives name.
  Family family_of(const Key& first, std::set<Key>& visited) {
    Family family;
    std::vector<Key> waiting{first};
    visited.insert(first);
    while (!waiting.empty()) {
      const Key key = std::move(waiting.back());
      waiting.pop_back();
      const ObjectRow& row = rows_.at(key);
      if (row.kind == stripe::ObjectKind::checkout_session) {
        family.kinship.guest_sessions.push_back(key.id);
      }
      if (seeds_.contains(key)) family.seed = key;
      family.members.push_back(key);
      for (const Key& next : neighbours_[key]) meet(next, family, visited, waiting);
    }
    return family;
  }

  void meet(const Key& next, Family& family, std::set<Key>& visited, std::vector<Key>& waiting) {
    const auto known = rows_.find(next);
    if (known == rows_.end()) return;
    if (known->second.customer_id.empty()) {
      if (visited.insert(next).second) waiting.push_back(next);
      return;
    }
    family.kinship.customers.push_back(known->second.customer_id);
    if (seeds_.contains(next)) family.seed = next;
  }

  void settle(const Family& family, std::vector<MovedObject>& moved) {
    const std::string owner = owner_of(family.kinship);
    for (const Key& key : family.members) {
      ObjectRow& row = rows_.at(key);
      if (!row.kind || row.owner_id == owner) continue;
      MovedObject move{row, {}, family.seed};
      for (const std::string& id : {row.owner_id, owner}) {
        if (!id.empty()) move.owners.push_back({key.account, key.livemode, id});
      }
      move.row.owner_id = owner;
      moved.push_back(std::move(move));
    }
  }

  EntitlementsTransaction& transaction_;
  const std::set<Key> seeds_;
  std::map<Key, ObjectRow> rows_;
  std::map<Key, std::set<Key>> neighbours_;
};

}  // namespace

void lock_kin(EntitlementsTransaction& transaction, std::span<const Key> seeds) {
  KinSearch{transaction, seeds}.lock();
}

std::vector<MovedObject> find_kin(EntitlementsTransaction& transaction,
                                  std::span<const Key> seeds) {
  return KinSearch{transaction, seeds}.run();
}

}  // namespace tollgate::entitlements
