// SPDX-License-Identifier: Apache-2.0
#include "base/io_loop.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <utility>

#include "base/log.hpp"

namespace tollgate {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds retry_wait_min{200};
constexpr milliseconds retry_wait_max{30'000};

}  // namespace

IoLoop::IoLoop(boost::asio::io_context& io, std::string name, RunOnce run_once, Metrics& metrics)
    : name_(std::move(name)),
      run_once_(std::move(run_once)),
      failures_(metrics.counter("tollgate_loop_failures_total",
                                "Pieces of work in the background that failed and are tried again",
                                {{"loop", name_}})),
      pause_(io),
      retry_wait_(retry_wait_min) {}

boost::asio::awaitable<void> IoLoop::run() {
  while (!stopping_) {
    const milliseconds length = co_await run_piece();
    if (stopping_) break;
    pause_.expires_after(length);
    co_await pause_.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
  }
}

void IoLoop::request_stop() {
  stopping_ = true;
  pause_.cancel();
}

boost::asio::awaitable<milliseconds> IoLoop::run_piece() {
  try {
    const milliseconds length = co_await run_once_();
    note_fault({});
    retry_wait_ = retry_wait_min;
    co_return length;
  } catch (const std::exception& failure) {
    failures_.Increment();
    note_fault(failure.what());
  }
  co_return std::exchange(retry_wait_, std::min(retry_wait_ * 2, retry_wait_max));
}

/// One log line when it begins, one when the reason changes, one when it is over.
void IoLoop::note_fault(std::string what) {
  if (what == fault_) return;
  if (what.empty()) {
    log::info("a background loop works again", {{"loop", name_}});
  } else {
    log::error("a background loop fails, it will try again", {{"loop", name_}, {"reason", what}});
  }
  fault_ = std::move(what);
}

}  // namespace tollgate
