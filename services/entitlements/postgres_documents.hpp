// SPDX-License-Identifier: Apache-2.0
// The tables user_entitlements and entitlements_history, as their writers use them. Reads of ready
// documents are postgres_document_store.hpp's.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "entitlement_rows.hpp"
#include "postgres/transaction.hpp"

namespace tollgate::entitlements {

/// `user_ids` are sorted.
std::vector<DocumentRow> insert_and_lock_users(postgres::Transaction& transaction,
                                               std::span<const std::string> user_ids);
void update_documents(postgres::Transaction& transaction, std::span<const DocumentRow> documents,
                      std::span<const HistoryRow> changes);

}  // namespace tollgate::entitlements
