// SPDX-License-Identifier: Apache-2.0
// What an exception of libpqxx means for the caller: try again, mend the data, or wait.
#pragma once

#include <exception>
#include <stdexcept>
#include <string>

namespace tollgate::postgres {

enum class Fault {
  conflict,   ///< 40001, 40P01, 55P03 and the like: nothing happened, run the transaction again
  bad_data,   ///< classes 22, 23 and 54: the same rows will be refused again
  timed_out,  ///< 57014: nothing happened; less work in one transaction may pass
  away,       ///< no connection, or the server is going down: discard it and wait
  in_doubt,   ///< the connection broke inside COMMIT: look whether it happened
  other,      ///< missing tables, no rights, a full disk: wait, and tell somebody
};

/// Any exception out of this library; what is not libpqxx's is `other`.
Fault fault_of(const std::exception& failure);

/// 23505: what was looked for and not found was there a moment later. Where a statement can only
/// meet it so, it may be run again.
bool is_unique_violation(const std::exception& failure);

/// PostgreSQL's code of five characters; empty where it gave none.
std::string sqlstate_of(const std::exception& failure);

/// What to write into a log: the message without the statement or its parameters.
std::string reason_of(const std::exception& failure);

}  // namespace tollgate::postgres
