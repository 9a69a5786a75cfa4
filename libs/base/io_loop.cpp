// SPDX-License-Identifier: Apache-2.0
#include "base/io_loop.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <utility>

namespace tollgate {
namespace {

using std::chrono::milliseconds;

constexpr LoopHealth::RetryWaits retry_waits{milliseconds{200}, milliseconds{30'000}};

}  // namespace

IoLoop::IoLoop(boost::asio::io_context& io, std::string name, RunOnce run_once, Metrics& metrics)
    : run_once_(std::move(run_once)), health_(std::move(name), metrics, retry_waits), pause_(io) {}

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
    health_.note_success();
    co_return length;
  } catch (const std::exception& failure) {
    co_return health_.note_failure(failure);
  }
}

}  // namespace tollgate
