// SPDX-License-Identifier: Apache-2.0
#include "entitlements/postgres/postgres_failure.hpp"

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>

#include "entitlements/entitlements_store.hpp"
#include "postgres/fault.hpp"

namespace tollgate::entitlements {
namespace {

/// What to do about a failure that nobody can wait out.
struct Remedy {
  std::string_view sqlstate;  ///< or its class
  std::string_view text;
};
// https://www.postgresql.org/docs/15/errcodes-appendix.html
constexpr Remedy remedies[] = {
    {"53100", "make room on the database's disk"},
    {"42501", "grant it to the user of DATABASE_URL; rebuild needs CREATE on the database"},
    {"42P06", "drop that schema, which an aborted restore may have left"},
    {"3F000", "run `entitlements migrate`"},
    {"42", "does the schema fit this version? run `entitlements migrate`"},
    {"57014", "it was cancelled, or took longer than its time limit: try when less is to be done"},
};

std::string with_remedy(const std::exception& failure) {
  std::string text = postgres::reason_of(failure);
  const std::string sqlstate = postgres::sqlstate_of(failure);
  const auto* const remedy = std::ranges::find_if(
      remedies, [&](const Remedy& each) { return sqlstate.starts_with(each.sqlstate); });
  if (remedy != std::end(remedies)) text.append("; ").append(remedy->text);
  return text;
}

}  // namespace

[[noreturn]] void throw_in_domain_words(const std::exception& failure) {
  const std::string reason = with_remedy(failure);
  switch (postgres::fault_of(failure)) {
    case postgres::Fault::conflict: throw StoreConflict{reason};
    case postgres::Fault::bad_data: throw StoreRefused{reason};
    case postgres::Fault::in_doubt: throw StoreInDoubt{reason};
    case postgres::Fault::timed_out: throw StoreTimedOut{reason};
    case postgres::Fault::away: throw StoreAway{reason};
    case postgres::Fault::other: break;
  }
  // What is not the database's word (a line that cannot be made, say) may pass by itself.
  if (postgres::sqlstate_of(failure).empty()) throw StoreAway{reason};
  throw StoreUnable{reason};
}

bool is_connection_lost(const std::exception& failure) {
  const postgres::Fault fault = postgres::fault_of(failure);
  return fault == postgres::Fault::away || fault == postgres::Fault::in_doubt;
}

}  // namespace tollgate::entitlements
