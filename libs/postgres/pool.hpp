// SPDX-License-Identifier: Apache-2.0
// Connections on threads of their own, awaited from coroutines. libpqxx blocks, so no connection is
// ever touched on an io thread. A loop that owns its thread uses connection.hpp directly.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>

#include "postgres/connection.hpp"

namespace tollgate::postgres {

/// The queue is full, or no thread was free in time. Nothing was begun.
struct PoolBusy : std::runtime_error {
  PoolBusy() : std::runtime_error("the database pool is busy") {}
};

struct PoolOptions {
  std::size_t size = 4;
  std::size_t queue_max = 1'024;                    ///< work waiting for a thread
  std::chrono::milliseconds queue_wait_max{2'000};  ///< then it is not begun
  std::chrono::milliseconds probe_interval{1'000};
};

/// Connections for request handlers. run() is called on the io thread, its work runs on one of the
/// pool's threads, the answer comes back on the io thread.
class Pool {
 public:
  using Work = std::function<void(Connection&)>;

  /// Connects in the background, so that a service starts while PostgreSQL is away.
  Pool(boost::asio::io_context& io, ConnectionOptions connection, PoolOptions options);
  ~Pool();  ///< waits for work under way; what still waits in the queue ends with PoolBusy
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  /// Throws what `work` throws, or PoolBusy. A connection that proves broken is discarded. Not
  /// cancellable; the statement time-out bounds it, and that of silence_watch.hpp where the server
  /// is frozen. What `work` refers to must outlive it.
  boost::asio::awaitable<void> run(Work work);

  /// Empty, or what the last attempt to reach the database said. Any thread.
  [[nodiscard]] std::string fault() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tollgate::postgres
