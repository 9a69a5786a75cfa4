// SPDX-License-Identifier: Apache-2.0
// libpqxx connections on threads of their own, awaited from coroutines. libpqxx 6 blocks, so no
// connection is ever touched on an io thread. A loop that owns its thread uses Connection directly.
#pragma once

#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <pqxx/pqxx>
#include <string>

namespace tollgate::postgres {

struct ConnectionOptions {
  std::string url;               ///< `postgresql://…` or a keyword string
  std::string application_name;  ///< shown in pg_stat_activity
  std::chrono::milliseconds statement_timeout{10'000};
  std::chrono::milliseconds lock_timeout{5'000};
  std::chrono::milliseconds idle_in_transaction_timeout{10'000};
  std::chrono::milliseconds connect_timeout{5'000};
};

/// One connection that is made on first use and made again after it broke. One thread at a time.
class Connection {
 public:
  /// `prepare` is called on each fresh connection: prepared statements, `set` commands.
  Connection(ConnectionOptions options, std::function<void(pqxx::connection&)> prepare = {});
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Connects if there is no live connection. Throws pqxx::broken_connection while PostgreSQL is away.
  pqxx::connection& get();
  /// Drops the connection; the next get() makes a new one. Call it after pqxx::broken_connection.
  void discard();

 private:
  ConnectionOptions options_;
  std::function<void(pqxx::connection&)> prepare_;
  std::unique_ptr<pqxx::connection> connection_;
};

/// Connections for request handlers. run() is called on the io thread, its work runs on one of the
/// pool's threads, the answer comes back on the io thread.
class Pool {
 public:
  using Work = std::function<void(pqxx::connection&)>;

  Pool(boost::asio::io_context& io, ConnectionOptions options, std::size_t size,
       std::function<void(pqxx::connection&)> prepare = {});
  ~Pool();  ///< waits for work under way
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  /// Throws what `work` throws; pqxx::broken_connection discards the connection. Work that waits
  /// longer than `queue_wait_max` for a thread is not begun: throws PoolBusy. Not cancellable; the
  /// statement time-out bounds it.
  boost::asio::awaitable<void> run(Work work);

  /// Empty, or what the last attempt to reach the database said. Probed in the background.
  [[nodiscard]] std::string fault() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tollgate::postgres
