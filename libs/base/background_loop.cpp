// SPDX-License-Identifier: Apache-2.0
#include "base/background_loop.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <utility>

namespace tollgate {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds drain_look{10};
constexpr LoopHealth::RetryWaits retry_waits{milliseconds{100}, milliseconds{5'000}};

}  // namespace

BackgroundLoop::BackgroundLoop(std::string name, RunOnce run_once, Metrics& metrics, AtEnd at_end)
    : run_once_(std::move(run_once)),
      at_end_(std::move(at_end)),
      health_(std::move(name), metrics, retry_waits),
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

void BackgroundLoop::run() {
  while (pause(run_once())) {
  }
  if (at_end_) at_end_();
  stopped_ = true;
}

milliseconds BackgroundLoop::run_once() {
  try {
    const milliseconds wait = run_once_();
    health_.note_success();
    return wait;
  } catch (const std::exception& failure) {
    return health_.note_failure(failure);
  }
}

/// False when the loop is to end.
bool BackgroundLoop::pause(milliseconds length) {
  std::unique_lock lock{mutex_};
  stop_requested_.wait_for(lock, length, [this] { return stopping_; });
  return !stopping_;
}

}  // namespace tollgate
