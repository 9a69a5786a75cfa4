// SPDX-License-Identifier: Apache-2.0
// The table links, and of stripe_objects what tells whose an object is. The members of
// EntitlementsTransaction of the same words say what each does.
#pragma once

#include <span>
#include <vector>

#include "entitlements/domain/entitlement_rows.hpp"
#include "postgres/transaction.hpp"

namespace tollgate::entitlements {

/// Those that were not there.
std::vector<Link> insert_links(postgres::Transaction& transaction, std::span<const Link> links);

std::vector<Placement> select_placements(postgres::Transaction& transaction,
                                         std::span<const Key> ids);
std::vector<Relation> select_relations(postgres::Transaction& transaction,
                                       std::span<const Key> ids);
std::vector<Placement> insert_and_lock_objects(postgres::Transaction& transaction,
                                               std::span<const Key> ids);

/// False when one of them was written since it was read.
bool update_owners_of_objects(postgres::Transaction& transaction, std::span<const Placement> moved);

}  // namespace tollgate::entitlements
