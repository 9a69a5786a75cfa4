// SPDX-License-Identifier: Apache-2.0
#include "base/runtime.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <sched.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <variant>

#include "base/log.hpp"

namespace tollgate {

namespace asio = boost::asio;

namespace {

int failed_to_drain(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const std::exception& thrown) {
    log::error("drain failed", {{"reason", thrown.what()}});
  } catch (...) {
    log::error("drain failed", {{"reason", "not a std::exception"}});
  }
  return 1;
}

/// What the drain threw, if anything: `||` would go on waiting for the other side when one throws.
asio::awaitable<std::exception_ptr> outcome_of(Runtime::Drain drain) {
  try {
    co_await drain();
  } catch (...) {
    co_return std::current_exception();
  }
  co_return nullptr;
}

}  // namespace

Runtime::Runtime() : signals_(io_, SIGTERM, SIGINT) {
  std::signal(SIGPIPE, SIG_IGN);  // A peer that hangs up is an error code, not the end of us.
  await_signal();
}

int Runtime::run(Drain drain, std::chrono::milliseconds drain_max) {
  begin_drain_ = [this, drain = std::move(drain), drain_max] {
    asio::co_spawn(io_, drain_within(drain, drain_max), [this](std::exception_ptr failure) {
      if (failure) exit_status_ = failed_to_drain(failure);
      io_.stop();
    });
  };
  const auto keep_running = asio::make_work_guard(io_);
  if (ending_) begin_drain_();
  io_.run();
  return exit_status_;
}

void Runtime::end(int exit_status, std::string reason) {
  asio::post(io_, [this, exit_status, reason = std::move(reason)] {
    if (ending_) return;
    ending_ = true;
    exit_status_ = exit_status;
    log::info("ending", {{"reason", reason}, {"exit_status", exit_status}});
    if (begin_drain_) begin_drain_();
  });
}

void Runtime::await_signal() {
  signals_.async_wait([this](boost::system::error_code failure, int signal) {
    if (failure) return;
    if (signalled_ && signal == SIGINT) std::_Exit(128 + signal);
    signalled_ = true;
    end(0, signal == SIGTERM ? "SIGTERM" : "SIGINT");
    await_signal();
  });
}

asio::awaitable<void> Runtime::drain_within(Drain drain, std::chrono::milliseconds drain_max) {
  using asio::experimental::awaitable_operators::operator||;
  asio::steady_timer deadline{io_, drain_max};
  const auto first = co_await (outcome_of(std::move(drain)) ||
                               deadline.async_wait(asio::as_tuple(asio::use_awaitable)));
  if (first.index() == 1) {
    exit_status_ = 1;
    log::error("drain did not finish in time", {{"drain_max_ms", drain_max.count()}});
  } else if (const std::exception_ptr& failure = std::get<0>(first)) {
    exit_status_ = failed_to_drain(failure);
  }
}

void wake_without_preempting() {
  const sched_param priority{};
  // Only a gain is lost where a sandbox forbids it.
  if (sched_setscheduler(0, SCHED_BATCH, &priority) != 0) {
    log::debug("no batch scheduling", {{"reason", std::strerror(errno)}});
  }
}

}  // namespace tollgate
