// SPDX-License-Identifier: Apache-2.0
// The tables events and dead_letters: what was said, and what could not be read.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "entitlements/domain/entitlement_rows.hpp"
#include "entitlements/entitlements_store.hpp"
#include "postgres/transaction.hpp"

namespace tollgate::entitlements {

/// See EntitlementsTransaction::record. `events` are sorted and each there once.
std::vector<Recorded> insert_events(postgres::Transaction& transaction, const std::string& topic,
                                    const std::vector<EventRow>& events);

/// See EntitlementsTransaction::record_again.
std::vector<Recorded> insert_events_again(postgres::Transaction& transaction,
                                          const std::string& topic,
                                          const std::vector<EventRow>& events);

void delete_dead_letters(postgres::Transaction& transaction, const std::string& topic,
                         std::span<const Position> positions);

void insert_dead_letters(postgres::Transaction& transaction, const std::string& topic,
                         std::span<const DeadLetter> dead_letters);

std::vector<EventRow> select_events(postgres::Transaction& transaction,
                                    std::span<const Key> object_ids);

}  // namespace tollgate::entitlements
