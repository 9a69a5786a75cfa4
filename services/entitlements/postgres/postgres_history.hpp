// SPDX-License-Identifier: Apache-2.0
// The table entitlements_history as readers see it. It is written by postgres_documents.hpp.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "entitlements/domain/shown_rows.hpp"
#include "postgres/transaction.hpp"

namespace tollgate::entitlements {

/// See FactReader::find_changes.
std::vector<ShownChange> select_changes(postgres::Transaction& transaction,
                                        const std::string& user_id, std::int64_t below,
                                        std::size_t rows_max);

}  // namespace tollgate::entitlements
