// SPDX-License-Identifier: Apache-2.0
// What PostgreSQL's exceptions mean in the words of entitlements_store.hpp, for all its stores.
// What they mean for a connection is postgres/fault.hpp's.
#pragma once

#include <exception>
#include <type_traits>

#include "postgres/connection.hpp"

namespace tollgate::entitlements {

/// Throws StoreConflict, StoreRefused, StoreInDoubt, StoreTimedOut, StoreUnable or StoreAway; what
/// people must do stands in the text.
[[noreturn]] void throw_in_domain_words(const std::exception& failure);

/// Whether the connection is of no more use.
bool is_connection_lost(const std::exception& failure);

/// What `action` gives. What it throws is thrown on in domain words; a connection that is lost is
/// made anew by the next action.
template <class Action>
std::invoke_result_t<Action> guarded(postgres::Connection& connection, Action action) {
  try {
    return action();
  } catch (const std::exception& failure) {
    if (is_connection_lost(failure)) connection.discard();
    throw_in_domain_words(failure);
  }
}

}  // namespace tollgate::entitlements
