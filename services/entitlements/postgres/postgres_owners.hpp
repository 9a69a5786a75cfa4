// SPDX-License-Identifier: Apache-2.0
// The tables owners and claims: which user a customer is bound to, and ever was.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "entitlements/domain/entitlement_rows.hpp"
#include "postgres/transaction.hpp"

namespace tollgate::entitlements {

/// `owners` are sorted.
std::vector<OwnerRow> insert_and_lock_owners(postgres::Transaction& transaction,
                                             std::span<const Key> owners);
void update_owners(postgres::Transaction& transaction, std::span<const OwnerRow> owners,
                   std::span<const Claim> claims);
std::vector<OwnerRow> select_owners_of(postgres::Transaction& transaction,
                                       std::span<const std::string> user_ids);

}  // namespace tollgate::entitlements
