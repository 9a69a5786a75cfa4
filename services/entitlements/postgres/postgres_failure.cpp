// SPDX-License-Identifier: Apache-2.0
#include "entitlements/postgres/postgres_failure.hpp"

#include "entitlements/entitlements_store.hpp"
#include "postgres/fault.hpp"

namespace tollgate::entitlements {

[[noreturn]] void throw_in_domain_words(const std::exception& failure) {
  const std::string reason = postgres::reason_of(failure);
  switch (postgres::fault_of(failure)) {
    case postgres::Fault::conflict: throw StoreConflict{reason};
    case postgres::Fault::bad_data: throw StoreRefused{reason};
    case postgres::Fault::in_doubt: throw StoreInDoubt{reason};
    case postgres::Fault::timed_out: throw StoreTimedOut{reason};
    case postgres::Fault::away:
    case postgres::Fault::other: break;
  }
  throw StoreAway{reason};
}

bool is_connection_lost(const std::exception& failure) {
  const postgres::Fault fault = postgres::fault_of(failure);
  return fault == postgres::Fault::away || fault == postgres::Fault::in_doubt;
}

}  // namespace tollgate::entitlements
