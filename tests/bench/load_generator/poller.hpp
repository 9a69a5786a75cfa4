// SPDX-License-Identifier: Apache-2.0
// Waits for sockets and for one moment in time. Smaller than Asio on purpose: what the generator
// spends is taken from the core that it shares with the broker.
#pragma once

#include <chrono>
#include <cstdint>

namespace tollgate::bench {

using Instant = std::chrono::steady_clock::time_point;

/// One thread. Watchers outlive the poller's use of them.
class Poller {
 public:
  class Watcher {
   public:
    virtual ~Watcher() = default;
    /// `events` are EPOLLIN, EPOLLOUT, …
    virtual void on_ready(std::uint32_t events) = 0;
  };
  enum class Interest { read, read_and_write };

  Poller();
  ~Poller();
  Poller(const Poller&) = delete;
  Poller& operator=(const Poller&) = delete;

  void watch(int socket, Watcher& watcher);
  void change(int socket, Watcher& watcher, Interest interest);

  /// Serves what is ready; returns at the latest at that moment, exact to the timer's resolution.
  void serve_until(Instant moment);

 private:
  void arm(Instant moment);

  int epoll_ = -1;
  int timer_ = -1;
  Instant armed_{};
};

}  // namespace tollgate::bench
