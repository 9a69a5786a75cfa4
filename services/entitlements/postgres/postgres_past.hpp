// SPDX-License-Identifier: Apache-2.0
// Questions about events: where they lie, what they had said by a time, and whose they are. The
// members of FactReader of the same words say what each does.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "entitlements/domain/entitlement_rows.hpp"
#include "entitlements/domain/shown_rows.hpp"
#include "postgres/transaction.hpp"

namespace tollgate::entitlements {

std::vector<Key> select_claimed(postgres::Transaction& transaction, const std::string& user_id);
std::int64_t select_version(postgres::Transaction& transaction, const std::string& user_id);
std::vector<ToldEvent> select_told(postgres::Transaction& transaction, std::span<const Key> events);
std::vector<EventRow> select_events_until(postgres::Transaction& transaction,
                                          std::span<const Key> object_ids, Time at,
                                          std::size_t events_max);
std::vector<Key> select_invoices_paid_by(postgres::Transaction& transaction,
                                         std::span<const Key> subscriptions, Time at);

/// From eleven columns that begin at `column`.
ToldEvent told_event_at(const postgres::Rows& rows, std::size_t row, int column);

}  // namespace tollgate::entitlements
