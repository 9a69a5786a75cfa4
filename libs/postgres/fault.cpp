// SPDX-License-Identifier: Apache-2.0
#include "postgres/fault.hpp"

#include <pqxx/pqxx>

#include <string_view>

namespace tollgate::postgres {
namespace {

// https://www.postgresql.org/docs/15/errcodes-appendix.html
Fault fault_of_sqlstate(std::string_view state) {
  // Class 54, limits of the server: a value too long for an index is as bad as one of a wrong form.
  for (const std::string_view refusing : {"22", "23", "54"}) {
    if (state.starts_with(refusing)) return Fault::bad_data;
  }
  if (state.starts_with("40") || state == "55P03") return Fault::conflict;
  if (state == "57014") return Fault::timed_out;
  // 25P03: the session was ended for idling in a transaction, say because the machine stood still.
  if (state.starts_with("08") || state.starts_with("57P") || state == "25P03") return Fault::away;
  return Fault::other;
}

template <class Kind>
bool is(const std::exception& failure) {
  return dynamic_cast<const Kind*>(&failure) != nullptr;
}

/// libpqxx 6 gives some of its exceptions their type and leaves the code out; the most special ones
/// come first.
std::string_view sqlstate_of_type(const std::exception& failure) {
  if (is<pqxx::insufficient_privilege>(failure)) return "42501";
  if (is<pqxx::disk_full>(failure)) return "53100";
  if (is<pqxx::out_of_memory>(failure)) return "53200";
  if (is<pqxx::insufficient_resources>(failure)) return "53000";
  if (is<pqxx::undefined_table>(failure)) return "42P01";
  if (is<pqxx::undefined_column>(failure)) return "42703";
  if (is<pqxx::syntax_error>(failure)) return "42601";
  if (is<pqxx::data_exception>(failure)) return "22000";
  if (is<pqxx::unique_violation>(failure)) return "23505";
  if (is<pqxx::integrity_constraint_violation>(failure)) return "23000";
  if (is<pqxx::feature_not_supported>(failure)) return "0A000";
  return {};
}

}  // namespace

Fault fault_of(const std::exception& failure) {
  if (dynamic_cast<const pqxx::in_doubt_error*>(&failure) != nullptr) return Fault::in_doubt;
  if (dynamic_cast<const pqxx::broken_connection*>(&failure) != nullptr) return Fault::away;
  if (dynamic_cast<const pqxx::transaction_rollback*>(&failure) != nullptr) return Fault::conflict;
  return fault_of_sqlstate(sqlstate_of(failure));
}

bool is_unique_violation(const std::exception& failure) { return sqlstate_of(failure) == "23505"; }

std::string sqlstate_of(const std::exception& failure) {
  const auto* refused = dynamic_cast<const pqxx::sql_error*>(&failure);
  if (refused == nullptr) return {};
  const std::string& told = refused->sqlstate();
  return told.empty() ? std::string{sqlstate_of_type(failure)} : told;
}

std::string reason_of(const std::exception& failure) {
  std::string_view message = failure.what();
  // libpq's messages have several lines; the later ones may quote rows and statements.
  message = message.substr(0, message.find('\n'));
  return std::string{message};
}

}  // namespace tollgate::postgres
