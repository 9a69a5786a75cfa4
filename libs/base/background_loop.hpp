// SPDX-License-Identifier: Apache-2.0
// The run() around a use case's run_once(): a thread of its own that repeats it, survives what it
// throws, and ends when asked. A use case that is a coroutine has io_loop.hpp.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "base/loop_health.hpp"
#include "base/metrics.hpp"

namespace tollgate {

/// Starts its thread at once; everything that its functions refer to outlives it.
class BackgroundLoop {
 public:
  /// One bounded piece of work; returns how long to pause before the next one.
  using RunOnce = std::function<std::chrono::milliseconds()>;
  /// What the thread does before it ends.
  using AtEnd = std::function<void()>;

  /// `name` says in the log and in the metrics what the loop does, e.g. `lapse`.
  BackgroundLoop(std::string name, RunOnce run_once, Metrics& metrics, AtEnd at_end = {});
  ~BackgroundLoop();  ///< request_stop(), then waits for the piece under way
  BackgroundLoop(const BackgroundLoop&) = delete;
  BackgroundLoop& operator=(const BackgroundLoop&) = delete;

  /// Any thread. The piece under way is finished, no other one is begun.
  void request_stop();
  /// request_stop(), done when the thread has ended.
  boost::asio::awaitable<void> drain();

  /// Any thread. Empty, or what the last piece threw.
  [[nodiscard]] std::string fault() const { return health_.fault(); }

 private:
  void run();
  std::chrono::milliseconds run_once();
  [[nodiscard]] bool pause(std::chrono::milliseconds length);

  const RunOnce run_once_;
  const AtEnd at_end_;
  LoopHealth health_;

  std::mutex mutex_;
  std::condition_variable stop_requested_;
  bool stopping_ = false;
  std::atomic<bool> stopped_ = false;
  std::thread thread_;  // Last: it begins when the rest is there.
};

}  // namespace tollgate
