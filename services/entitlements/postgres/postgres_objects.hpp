// SPDX-License-Identifier: Apache-2.0
// The table stripe_objects: each object's latest state. For whose it is see postgres_kin.hpp.
// The members of EntitlementsTransaction of the same words say what each does.
#pragma once

#include <span>
#include <vector>

#include "entitlements/domain/entitlement_rows.hpp"
#include "postgres/transaction.hpp"

namespace tollgate::entitlements {

std::vector<ObjectRow> select_objects(postgres::Transaction& transaction, std::span<const Key> ids);
std::vector<ObjectRow> select_objects_of(postgres::Transaction& transaction,
                                         std::span<const Key> owners);
std::vector<ObjectRow> select_paying_invoices(postgres::Transaction& transaction,
                                              std::span<const Key> subscriptions);
std::vector<ObjectRow> select_payments_of(postgres::Transaction& transaction,
                                          std::span<const Key> invoices);

/// False when one of them was written since it was read.
bool upsert_objects(postgres::Transaction& transaction, std::span<const ObjectRow* const> objects);

}  // namespace tollgate::entitlements
