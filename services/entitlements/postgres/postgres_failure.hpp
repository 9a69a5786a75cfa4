// SPDX-License-Identifier: Apache-2.0
// What PostgreSQL's exceptions mean in the words of entitlements_store.hpp, for all its stores.
// What they mean for a connection is postgres/fault.hpp's.
#pragma once

#include <exception>

namespace tollgate::entitlements {

/// Throws StoreConflict, StoreRefused, StoreInDoubt, StoreTimedOut or StoreAway.
[[noreturn]] void throw_in_domain_words(const std::exception& failure);

/// Whether the connection is of no more use.
bool is_connection_lost(const std::exception& failure);

}  // namespace tollgate::entitlements
