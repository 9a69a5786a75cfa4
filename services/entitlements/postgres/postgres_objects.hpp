// SPDX-License-Identifier: Apache-2.0
// The tables stripe_objects and links: each object's latest state, and what leads to its customer.
// The members of EntitlementsTransaction of the same words say what each does.
#pragma once

#include <span>
#include <vector>

#include "entitlements/domain/entitlement_rows.hpp"
#include "postgres/transaction.hpp"

namespace tollgate::entitlements {

std::vector<ObjectRow> select_objects(postgres::Transaction& transaction, std::span<const Key> ids);
void insert_and_lock_objects(postgres::Transaction& transaction, std::span<const Key> ids);
std::vector<ObjectRow> select_objects_of(postgres::Transaction& transaction,
                                         std::span<const Key> owners);
std::vector<ObjectRow> select_paying_invoices(postgres::Transaction& transaction,
                                              std::span<const Key> subscriptions);
std::vector<ObjectRow> select_payments_of(postgres::Transaction& transaction,
                                          std::span<const Key> invoices);

/// False when one of them was written since it was read.
bool upsert_objects(postgres::Transaction& transaction, const std::vector<ObjectRow>& objects);

/// Those that were not there.
std::vector<Link> insert_links(postgres::Transaction& transaction, std::span<const Link> links);
std::vector<Link> select_kin_links(postgres::Transaction& transaction, std::span<const Key> seeds);

}  // namespace tollgate::entitlements
