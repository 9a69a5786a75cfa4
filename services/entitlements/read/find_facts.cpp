// SPDX-License-Identifier: Apache-2.0
#include "entitlements/read/find_facts.hpp"

#include <set>
#include <string>
#include <utility>
#include <variant>

#include "entitlements/json/fact_json.hpp"

namespace tollgate::entitlements {
namespace {

// refund -> charge -> payment intent -> charge: nothing that matters is farther away.
constexpr int steps_max = 4;

using Ids = std::vector<std::string>;

Ids leading_on(const stripe::Subscription& it) { return {it.latest_invoice}; }
Ids leading_on(const stripe::CheckoutSession& it) { return {it.payment_intent, it.invoice}; }
Ids leading_on(const stripe::InvoicePayment& it) { return {it.payment_intent, it.charge}; }
Ids leading_on(const stripe::PaymentIntent& it) { return {it.latest_charge}; }
Ids leading_on(const stripe::Charge& it) { return {it.payment_intent}; }
Ids leading_on(const stripe::Refund& it) { return {it.charge, it.payment_intent}; }
Ids leading_on(const stripe::Dispute& it) { return {it.charge, it.payment_intent}; }
Ids leading_on(const stripe::Customer&) { return {}; }
Ids leading_on(const stripe::Invoice& it) {
  Ids ids = it.payment_intents;
  ids.insert(ids.end(), it.charges.begin(), it.charges.end());
  return ids;
}

/// Follows ids from object to object, all owners at once, one step a round.
class PaymentWalk {
 public:
  PaymentWalk(ObjectSource& source, const RowsAtHand& at_hand, FoundObjects& found)
      : source_(source), at_hand_(at_hand), found_(found) {
    for (const auto& [owner, objects] : found_) {
      for (const FoundObject& each : objects) taken_.insert(each.row.key);
    }
    for (const auto& [owner, objects] : found_) {
      for (const FoundObject& each : objects) look_at(owner, each);
    }
  }

  void run() {
    for (int step = 0; step < steps_max; ++step) {
      const Wanted wanted = std::exchange(wanted_, {});
      if (wanted.ids.empty() && wanted.subscriptions.empty() && wanted.invoices.empty()) return;
      fetch(take_at_hand(wanted.ids), &ObjectSource::find_objects);
      fetch(wanted.subscriptions, &ObjectSource::find_paying_invoices);
      fetch(wanted.invoices, &ObjectSource::find_payments_of);
    }
  }

 private:
  using Find = std::vector<ObjectRow> (ObjectSource::*)(std::span<const Key>);

  struct Wanted {
    std::set<Key> ids;            ///< objects themselves
    std::set<Key> subscriptions;  ///< their latest paid invoices
    std::set<Key> invoices;       ///< their payments
  };

  void look_at(const Key& owner, const FoundObject& found) {
    const Key& key = found.row.key;
    for (std::string& id :
         std::visit([](const auto& it) { return leading_on(it); }, found.object)) {
      const Key next{key.account, key.livemode, std::move(id)};
      if (next.id.empty() || taken_.contains(next)) continue;
      if (askers_.emplace(next, owner).second) wanted_.ids.insert(next);
    }
    if (std::holds_alternative<stripe::Subscription>(found.object)) {
      wanted_.subscriptions.insert(key);
    } else if (std::holds_alternative<stripe::Invoice>(found.object)) {
      wanted_.invoices.insert(key);
    }
  }

  void fetch(const std::set<Key>& wanted, Find find) {
    if (wanted.empty()) return;
    const std::vector<Key> keys{wanted.begin(), wanted.end()};
    for (ObjectRow& row : (source_.*find)(keys)) take(std::move(row));
  }

  /// Leaves those that must be asked for.
  std::set<Key> take_at_hand(const std::set<Key>& wanted) {
    std::set<Key> missing;
    for (const Key& key : wanted) {
      const auto row = at_hand_.find(key);
      if (row == at_hand_.end()) {
        missing.insert(key);
      } else {
        take(row->second);
      }
    }
    return missing;
  }

  void take(ObjectRow row) {
    if (row.newest.state.empty() || !taken_.insert(row.key).second) return;
    const auto owner = owner_of(row);
    if (owner == found_.end()) return;
    stripe::Object object = read_state(*row.kind, row.newest.state);
    owner->second.push_back({std::move(row), std::move(object)});
    look_at(owner->first, owner->second.back());
  }

  /// His own, else the one whose object led to it.
  FoundObjects::iterator owner_of(const ObjectRow& row) {
    const auto own = found_.find({row.key.account, row.key.livemode, row.owner_id});
    if (own != found_.end()) return own;
    const auto asker = askers_.find(row.key);
    return asker == askers_.end() ? found_.end() : found_.find(asker->second);
  }

  ObjectSource& source_;
  const RowsAtHand& at_hand_;
  FoundObjects& found_;
  Wanted wanted_;
  std::set<Key> taken_;        ///< objects found
  std::map<Key, Key> askers_;  ///< by the ids asked for
};

Known<stripe::Object> known_of(const FoundObject& found) {
  const Newest& newest = found.row.newest;
  return {.object = found.object,
          .account = found.row.key.account,
          .livemode = found.row.key.livemode,
          .status_since = newest.status_since,
          .payment_failed_at = newest.payment_failed_at,
          .deleted = newest.deleted,
          .event_id = newest.event_id};
}

}  // namespace

FoundObjects find_objects_by_owner(ObjectSource& source, std::span<const Key> owners) {
  FoundObjects found;
  for (const Key& owner : owners) found[owner];
  if (owners.empty()) return found;
  for (ObjectRow& row : source.find_objects_of(owners)) {
    if (row.newest.state.empty()) continue;
    stripe::Object object = read_state(*row.kind, row.newest.state);
    const Key owner{row.key.account, row.key.livemode, row.owner_id};
    found[owner].push_back({std::move(row), std::move(object)});
  }
  return found;
}

void find_payments(ObjectSource& source, const RowsAtHand& at_hand, FoundObjects& found) {
  PaymentWalk{source, at_hand, found}.run();
}

Binding binding_of(const std::vector<FoundObject>& objects) {
  std::vector<std::string> of_customer;
  std::vector<std::string> of_others;
  for (const FoundObject& each : objects) {
    const bool customer = each.row.kind == stripe::ObjectKind::customer;
    auto& names = customer ? of_customer : of_others;
    const std::vector<std::string> named = users_named_by(each.object);
    names.insert(names.end(), named.begin(), named.end());
  }
  return entitlements::bind(of_customer, of_others);
}

void add_facts(UserFacts& facts, const std::vector<FoundObject>& objects) {
  for (const FoundObject& each : objects) add(facts, known_of(each));
}

}  // namespace tollgate::entitlements
