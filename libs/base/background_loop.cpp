// SPDX-License-Identifier: Apache-2.0
#include "base/background_loop.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <utility>

#include "base/log.hpp"

namespace tollgate {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds drain_look{10};
constexpr milliseconds retry_wait_min{100};
constexpr milliseconds retry_wait_max{5'000};

}  // namespace

BackgroundLoop::BackgroundLoop(std::string name, RunOnce run_once, Metrics& metrics)
    : name_(std::move(name)),
      run_once_(std::move(run_once)),
      failures_(metrics.counter("tollgate_loop_failures_total",
                                "Pieces of work in the background that failed and are tried again",
                                {{"loop", name_}})),
      retry_wait_(retry_wait_min),
      thread_([this] { run(); }) {}

BackgroundLoop::~BackgroundLoop() {
  request_stop();
  thread_.join();
}

void BackgroundLoop::request_stop() {
  {
    const std::lock_guard lock{mutex_};
    stopping_ = true;
  }
  stop_requested_.notify_all();
}

boost::asio::awaitable<void> BackgroundLoop::drain() {
  request_stop();
  boost::asio::steady_timer timer{co_await boost::asio::this_coro::executor};
  while (!stopped_) {
    timer.expires_after(drain_look);
    co_await timer.async_wait(boost::asio::use_awaitable);
  }
}

std::string BackgroundLoop::fault() const {
  const std::lock_guard lock{mutex_};
  return fault_;
}

void BackgroundLoop::run() {
  while (pause(run_once())) {
  }
  stopped_ = true;
}

milliseconds BackgroundLoop::run_once() {
  try {
    const milliseconds wait = run_once_();
    note_fault({});
    retry_wait_ = retry_wait_min;
    return wait;
  } catch (const std::exception& failure) {
    failures_.Increment();
    note_fault(failure.what());
    return std::exchange(retry_wait_, std::min(retry_wait_ * 2, retry_wait_max));
  }
}

/// One log line when it begins, one when the reason changes, one when it is over.
void BackgroundLoop::note_fault(std::string what) {
  const std::lock_guard lock{mutex_};
  if (what == fault_) return;
  if (what.empty()) {
    log::info("a background loop works again", {{"loop", name_}});
  } else {
    log::error("a background loop fails, it will try again", {{"loop", name_}, {"reason", what}});
  }
  fault_ = std::move(what);
}

/// False when the loop is to end.
bool BackgroundLoop::pause(milliseconds length) {
  std::unique_lock lock{mutex_};
  stop_requested_.wait_for(lock, length, [this] { return stopping_; });
  return !stopping_;
}

}  // namespace tollgate
