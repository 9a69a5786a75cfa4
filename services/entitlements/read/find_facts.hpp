// SPDX-License-Identifier: Apache-2.0
// Reads what derive needs to know about owners: their subscriptions, sessions, refunds and
// disputes, and along the ids in them the few payments that matter. What it costs follows what is
// live, not how long somebody has been a customer.
#pragma once

#include <map>
#include <span>
#include <vector>

#include "entitlements/apply/apply_facts.hpp"
#include "entitlements/domain/bind.hpp"
#include "entitlements/domain/object_source.hpp"
#include "entitlements/domain/user_facts.hpp"

namespace tollgate::entitlements {

/// An object of an owner as it is kept, and read.
struct FoundObject {
  ObjectRow row;
  stripe::Object object;
};
using FoundObjects = std::map<Key, std::vector<FoundObject>>;  ///< by owner

/// Customers, subscriptions, sessions, refunds and disputes: enough for bind.
FoundObjects find_objects_by_owner(ObjectSource& source, std::span<const Key> owners);

/// Whose an owner is, by his objects as find_objects_by_owner gives them.
Binding binding_of(const std::vector<FoundObject>& objects);

/// Adds invoices, their payments, payment intents and charges; those at hand are not asked for.
void find_payments(ObjectSource& source, const RowsAtHand& at_hand, FoundObjects& found);

void add_facts(UserFacts& facts, const std::vector<FoundObject>& objects);

}  // namespace tollgate::entitlements
