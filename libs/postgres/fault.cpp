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
  if (state.starts_with("08") || state.starts_with("57P")) return Fault::away;
  return Fault::other;
}

}  // namespace

Fault fault_of(const std::exception& failure) {
  if (dynamic_cast<const pqxx::in_doubt_error*>(&failure) != nullptr) return Fault::in_doubt;
  if (dynamic_cast<const pqxx::broken_connection*>(&failure) != nullptr) return Fault::away;
  if (dynamic_cast<const pqxx::transaction_rollback*>(&failure) != nullptr) return Fault::conflict;
  if (const auto* refused = dynamic_cast<const pqxx::sql_error*>(&failure)) {
    return fault_of_sqlstate(refused->sqlstate());
  }
  return Fault::other;
}

std::string sqlstate_of(const std::exception& failure) {
  const auto* refused = dynamic_cast<const pqxx::sql_error*>(&failure);
  return refused == nullptr ? std::string{} : refused->sqlstate();
}

std::string reason_of(const std::exception& failure) {
  std::string_view message = failure.what();
  // libpq's messages have several lines; the later ones may quote rows and statements.
  message = message.substr(0, message.find('\n'));
  return std::string{message};
}

}  // namespace tollgate::postgres
