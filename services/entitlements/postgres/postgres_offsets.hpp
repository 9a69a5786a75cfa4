// SPDX-License-Identifier: Apache-2.0
// The table consumer_offsets: where each partition is read on.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "entitlements/domain/entitlement_rows.hpp"
#include "postgres/connection.hpp"
#include "postgres/transaction.hpp"

namespace tollgate::entitlements {

/// One for each partition; `expected` and `next` are both the position.
std::vector<Advance> read_positions(postgres::Connection& connection, const std::string& topic,
                                    std::span<const std::int32_t> partitions);

/// False when one of them is not where it was expected.
bool advance_offsets(postgres::Transaction& transaction, const std::string& topic,
                     std::span<const Advance> advances);

}  // namespace tollgate::entitlements
