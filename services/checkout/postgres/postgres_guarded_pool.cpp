// SPDX-License-Identifier: Apache-2.0
#include "checkout/postgres/postgres_guarded_pool.hpp"

#include <stdexcept>
#include <string_view>

#include "checkout/checkout_store.hpp"
#include "postgres/fault.hpp"

namespace tollgate::checkout {
namespace {

/// A full disk, memory gone, a broken file; or a server that became a standby.
bool is_unable(std::string_view sqlstate) {
  return sqlstate.starts_with("53") || sqlstate.starts_with("58") || sqlstate == "25006";
}

}  // namespace

bool is_lost_race(const std::exception& failure) {
  // Whose lock was waited for until the time-out, holds it still.
  const bool is_locked_out = postgres::sqlstate_of(failure) == "55P03";
  return postgres::is_unique_violation(failure) ||
         (postgres::fault_of(failure) == postgres::Fault::conflict && !is_locked_out);
}

void throw_in_words_of_stores(const std::exception& failure) {
  using postgres::Fault;
  if (dynamic_cast<const StoreAway*>(&failure) != nullptr) throw;
  // The message of a refused statement may go on with rows of the table.
  const std::string reason = postgres::reason_of(failure);
  const bool is_busy = dynamic_cast<const postgres::PoolBusy*>(&failure) != nullptr;
  if (is_busy || is_lost_race(failure) || is_unable(postgres::sqlstate_of(failure))) {
    throw StoreAway{reason};
  }
  switch (postgres::fault_of(failure)) {
    case Fault::conflict:
    case Fault::timed_out:
    case Fault::away:
    case Fault::in_doubt: throw StoreAway{reason};
    case Fault::bad_data:
    case Fault::other: break;
  }
  throw std::runtime_error{reason};
}

}  // namespace tollgate::checkout
