// SPDX-License-Identifier: Apache-2.0
// Several statements that happen together or not at all, READ COMMITTED. For a single statement
// use Connection::run.
#pragma once

#include <memory>
#include <pqxx/pqxx>

#include "postgres/connection.hpp"

namespace tollgate::postgres {

/// Rolled back unless committed, and of no more use after a statement failed. One at a time on a
/// connection, which outlives it; the connection's thread.
class Transaction {
 public:
  /// Connects if need be. Throws pqxx::broken_connection while PostgreSQL is away.
  explicit Transaction(Connection& connection);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  template <class... Args>
  Rows run(const Query& query, const Args&... args) {
    const auto wait = await_answer();
    connection_.prepare(query);
    return Rows{work_->exec_prepared(query.name, argument(args)...)};
  }

  /// A statement that cannot be prepared because its text names a cursor or the like.
  Rows run_text(const std::string& sql);

  /// A script of several statements without parameters, as migrations are. It sets its own
  /// time-outs, and a server that freezes meanwhile is waited for.
  void run_script(const std::string& sql);

  /// Throws pqxx::in_doubt_error when the connection breaks before the answer.
  void commit();

 private:
  [[nodiscard]] SilenceWatch::Wait await_answer() const;

  Connection& connection_;
  std::unique_ptr<pqxx::work> work_;
};

}  // namespace tollgate::postgres
