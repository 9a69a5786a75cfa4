// SPDX-License-Identifier: Apache-2.0
#include "entitlements/apply/find_relatives.hpp"

#include <algorithm>
#include <utility>

#include "entitlements/domain/ownership.hpp"

namespace tollgate::entitlements {
namespace {

Key end_of(const Link& link) { return {link.from.account, link.from.livemode, link.to_id}; }

}  // namespace

void NextRelatives::name(const Key& object, const std::string& customer_id) {
  if (customer_id.empty()) {
    customers_.erase(object);
  } else {
    customers_[object] = customer_id;
  }
}

void NextRelatives::find(EntitlementsTransaction& transaction, std::vector<Link> links) {
  links_ = std::move(links);
  std::set<Key> unknown;
  for (const Link& link : links_) {
    Key end = end_of(link);
    if (!customers_.contains(end)) unknown.insert(std::move(end));
  }
  if (unknown.empty()) return;
  const std::vector<Key> wanted{unknown.begin(), unknown.end()};
  for (const Placement& known : transaction.find_placements(wanted)) {
    if (!known.customer_id.empty()) customers_.emplace(known.key, known.customer_id);
  }
}

/// Only if all that it names tell their customer: another one may get its owner by this very
/// object.
std::string NextRelatives::owner_of(const Key& object) const {
  Kinship kinship;
  const auto first = std::lower_bound(links_.begin(), links_.end(), Link{object, {}});
  for (auto link = first; link != links_.end() && link->from == object; ++link) {
    const auto customer = customers_.find(end_of(*link));
    if (customer == customers_.end()) return {};
    kinship.customers.push_back(customer->second);
  }
  return entitlements::owner_of(kinship);
}

std::set<Key> NextRelatives::with_relatives(std::set<Key> nameless) const {
  for (const Link& link : links_) {
    Key end = end_of(link);
    if (nameless.contains(link.from) && !customers_.contains(end)) nameless.insert(std::move(end));
  }
  return nameless;
}

}  // namespace tollgate::entitlements
