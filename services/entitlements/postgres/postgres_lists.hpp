// SPDX-License-Identifier: Apache-2.0
// The operators' lists, newest first, one page a statement. See the members of FactReader of the
// same words.
#pragma once

#include <optional>
#include <vector>

#include "entitlements/domain/shown_rows.hpp"
#include "postgres/transaction.hpp"

namespace tollgate::entitlements {

std::vector<ShownSubscription> select_subscriptions(postgres::Transaction& transaction,
                                                    const ListFilter& filter,
                                                    const std::optional<ObjectPlace>& after,
                                                    std::size_t rows_max);
std::vector<ShownOrphan> select_orphans(postgres::Transaction& transaction,
                                        const ListFilter& filter,
                                        const std::optional<ObjectPlace>& after,
                                        std::size_t rows_max);
std::vector<ShownDeadLetter> select_dead_letters(postgres::Transaction& transaction,
                                                 const std::optional<LetterPlace>& after,
                                                 std::size_t rows_max, std::size_t body_bytes_max);

}  // namespace tollgate::entitlements
