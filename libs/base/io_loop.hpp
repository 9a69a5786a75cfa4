// SPDX-License-Identifier: Apache-2.0
// The run() around a use case's run_once() where that is a coroutine. One that blocks has a thread
// of its own: base/background_loop.hpp.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <functional>
#include <string>

#include "base/loop_health.hpp"
#include "base/metrics.hpp"

namespace tollgate {

/// The io_context's thread, which it must not outlive.
class IoLoop {
 public:
  /// One bounded piece of work; gives how long to pause before the next one.
  using RunOnce = std::function<boost::asio::awaitable<std::chrono::milliseconds>()>;

  /// `name` says in the log and in the metrics what the loop does, e.g. `sweep`.
  IoLoop(boost::asio::io_context& io, std::string name, RunOnce run_once, Metrics& metrics);

  /// Until request_stop(). What a piece throws is logged, and the loop goes on after a pause.
  boost::asio::awaitable<void> run();
  /// The piece under way is finished, no other one is begun.
  void request_stop();

 private:
  boost::asio::awaitable<std::chrono::milliseconds> run_piece();

  const RunOnce run_once_;
  LoopHealth health_;
  boost::asio::steady_timer pause_;
  bool stopping_ = false;
};

}  // namespace tollgate
