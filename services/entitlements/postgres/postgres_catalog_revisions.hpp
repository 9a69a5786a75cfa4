// SPDX-License-Identifier: Apache-2.0
// The table catalog_revisions: which catalogue is law, and how far its way through all users is.
// The names of its plans, for views, are postgres_plan_names.hpp's.
#pragma once

#include <cstdint>
#include <optional>

#include "entitlements/entitlements_store.hpp"
#include "postgres/connection.hpp"
#include "postgres/transaction.hpp"

namespace tollgate::entitlements {

/// The members of EntitlementsStore and EntitlementsTransaction of the same words say what each
/// does.
CatalogProgress insert_catalog_revision(postgres::Connection& connection, std::int64_t revision);
std::optional<CatalogBatch> lock_catalog_batch(postgres::Transaction& transaction,
                                               std::int64_t revision, std::size_t users_max);
void update_catalog_progress(postgres::Transaction& transaction, std::int64_t revision,
                             const CatalogBatch& batch);

}  // namespace tollgate::entitlements
