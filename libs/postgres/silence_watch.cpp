// SPDX-License-Identifier: Apache-2.0
#include "postgres/silence_watch.hpp"

#include <sys/socket.h>

#include <condition_variable>
#include <mutex>
#include <thread>

#include "base/log.hpp"

namespace tollgate::postgres {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds look_interval{500};
constexpr auto never = SteadyClock::time_point::max();

}  // namespace

struct SilenceWatch::State {
  State() : thread([this] { run(); }) {}
  ~State();

  void run();
  void cut_overdue(SteadyClock::time_point now);

  std::mutex mutex;
  std::condition_variable end;
  bool ending = false;
  std::list<Entry> waits;
  std::thread thread;  // last: it ends before what it uses does
};

SilenceWatch::State& SilenceWatch::state() {
  static State of_process;
  return of_process;
}

SilenceWatch::State::~State() {
  {
    const std::lock_guard lock{mutex};
    ending = true;
  }
  end.notify_all();
  thread.join();
}

void SilenceWatch::State::run() {
  std::unique_lock lock{mutex};
  while (!end.wait_for(lock, look_interval, [this] { return ending; })) {
    cut_overdue(SteadyClock::now());
  }
}

void SilenceWatch::State::cut_overdue(SteadyClock::time_point now) {
  for (Entry& wait : waits) {
    if (now < wait.until) continue;
    wait.until = never;
    ::shutdown(wait.socket, SHUT_RDWR);
    log::error("database silent: its connection is cut", {});
  }
}

SilenceWatch::Wait::Wait(int socket, std::chrono::milliseconds at_most)
    : watched_(at_most.count() != 0) {
  if (!watched_) return;
  entry_.push_back({socket, SteadyClock::now() + at_most});
  place_ = entry_.begin();
  State& shared = state();
  const std::lock_guard lock{shared.mutex};
  shared.waits.splice(shared.waits.end(), entry_);
}

SilenceWatch::Wait::~Wait() {
  if (!watched_) return;
  State& shared = state();
  const std::lock_guard lock{shared.mutex};
  entry_.splice(entry_.begin(), shared.waits, place_);
}

}  // namespace tollgate::postgres
