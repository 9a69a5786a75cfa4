// SPDX-License-Identifier: Apache-2.0
// The tables user_entitlements and entitlements_history, as their writers use them. Reads of ready
// documents are postgres_document_store.hpp's.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "entitlements/entitlements_store.hpp"
#include "postgres/transaction.hpp"

namespace tollgate::entitlements {

/// The members of EntitlementsTransaction and EntitlementsStore of the same words say what each
/// does.
LockedUsers insert_and_lock_users(postgres::Transaction& transaction,
                                  std::span<const std::string> user_ids);
std::vector<std::string> select_and_lock_lapsed(postgres::Transaction& transaction, Time now,
                                                std::size_t users_max);
std::optional<Time> select_next_lapse(postgres::Connection& connection);
void update_documents(postgres::Transaction& transaction, std::span<const DocumentRow> documents,
                      std::span<const HistoryRow> changes);

}  // namespace tollgate::entitlements
