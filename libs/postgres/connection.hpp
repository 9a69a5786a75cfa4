// SPDX-License-Identifier: Apache-2.0
// One connection of a thread that owns it. Coroutines use pool.hpp; several statements that belong
// together use transaction.hpp.
#pragma once

#include <chrono>
#include <memory>
#include <pqxx/pqxx>
#include <string>

#include "postgres/query.hpp"
#include "postgres/silence_watch.hpp"

namespace tollgate::postgres {

struct ConnectionOptions {
  std::string url;               ///< `postgresql://…` or a keyword string
  std::string application_name;  ///< shown in pg_stat_activity
  std::chrono::milliseconds statement_timeout{10'000};
  std::chrono::milliseconds lock_timeout{5'000};
  std::chrono::milliseconds idle_in_transaction_timeout{10'000};
  std::chrono::milliseconds idle_session_timeout{0};  ///< 0: never; for holders of session locks
  std::chrono::milliseconds connect_timeout{5'000};   ///< whole seconds count, at least 2
  /// Beyond the statement time-out: a server that has not answered by then is frozen, and away.
  std::chrono::milliseconds silence_max{5'000};
};

/// Made on first use, and again after discard(). One thread at a time.
class Connection {
 public:
  explicit Connection(ConnectionOptions options);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Connects if there is no live connection. Throws pqxx::broken_connection while PostgreSQL is
  /// away. A connection that the server closed meanwhile shows only when it is used.
  void open();
  /// Drops the connection; the next use makes a new one. Call it after Fault::away or in_doubt.
  void discard();

  /// Runs one statement in a transaction of its own.
  template <class... Args>
  Rows run(const Query& query, const Args&... args) {
    open();
    const SilenceWatch::Wait wait{socket(), answer_max()};
    prepare(query);
    pqxx::nontransaction alone{*connection_};
    return Rows{alone.exec_prepared(query.name, argument(args)...)};
  }

 private:
  friend class Transaction;
  void prepare(const Query& query);
  [[nodiscard]] int socket() const;
  /// How long an answer of a server that runs can take; 0: for ever.
  [[nodiscard]] std::chrono::milliseconds answer_max() const;

  ConnectionOptions options_;
  struct Prepared;
  std::unique_ptr<Prepared> prepared_;
  std::unique_ptr<pqxx::connection> connection_;
};

}  // namespace tollgate::postgres
