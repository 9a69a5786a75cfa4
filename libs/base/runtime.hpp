// SPDX-License-Identifier: Apache-2.0
// The life of a service's process: one io_context on main's thread, signals, drain, exit status.
// Blocking work (libpqxx, a Kafka poll) belongs on threads of its own, never on this one.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <chrono>
#include <functional>
#include <string>

namespace tollgate {

class Runtime {
 public:
  using Drain = std::function<boost::asio::awaitable<void>()>;

  Runtime();

  [[nodiscard]] boost::asio::io_context& io() { return io_; }

  /// Runs the loop on the calling thread until SIGTERM, SIGINT or end(); then runs `drain` for at
  /// most `drain_max` and returns the exit status. A SIGINT after another signal
  /// ends the process at once: somebody at a terminal is tired of waiting.
  int run(Drain drain, std::chrono::milliseconds drain_max);

  /// Any thread: drain and exit with this status, e.g. 1 when a part cannot go on and a supervisor
  /// should start a clean process. The first call decides.
  void end(int exit_status, std::string reason);

 private:
  void await_signal();
  boost::asio::awaitable<void> drain_within(Drain drain, std::chrono::milliseconds drain_max);

  boost::asio::io_context io_{1};
  boost::asio::signal_set signals_;
  std::function<void()> begin_drain_;
  bool ending_ = false;
  bool signalled_ = false;  ///< apart from ending_: a part that ended by itself may still drain
  int exit_status_ = 0;
};

/// The calling thread, and those that it starts later, no longer interrupt a running thread when
/// they wake up: they wait until it sleeps or its time is over (SCHED_BATCH, see sched(7)). On a
/// busy core work then gathers into batches; on an idle one nothing changes. For main, at start.
void wake_without_preempting();

}  // namespace tollgate
