// SPDX-License-Identifier: Apache-2.0
#include "base/runtime.hpp"

#include <gtest/gtest.h>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <sched.h>

#include <csignal>
#include <stdexcept>
#include <thread>

namespace tollgate {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

constexpr std::chrono::milliseconds drain_max = 5s;

asio::awaitable<void> nothing() { co_return; }

TEST(Runtime, DrainsAtSigtermAndEndsWithZero) {
  Runtime runtime;
  bool drained = false;
  asio::post(runtime.io(), [] { std::raise(SIGTERM); });
  const auto drain = [&]() -> asio::awaitable<void> {
    drained = true;
    co_return;
  };
  EXPECT_EQ(runtime.run(drain, drain_max), 0);
  EXPECT_TRUE(drained);
}

TEST(Runtime, GoesOnDrainingWhenItIsToldTwice) {
  Runtime runtime;
  asio::post(runtime.io(), [] { std::raise(SIGTERM); });
  const auto drain = [&]() -> asio::awaitable<void> {
    std::raise(SIGTERM);
    asio::steady_timer timer{runtime.io(), 20ms};
    co_await timer.async_wait(asio::use_awaitable);
  };
  EXPECT_EQ(runtime.run(drain, drain_max), 0);
}

TEST(Runtime, EndsWithTheStatusOfThePartThatCannotGoOn) {
  Runtime runtime;
  std::jthread part{[&] { runtime.end(3, "fatal"); }};
  EXPECT_EQ(runtime.run(nothing, drain_max), 3);
}

TEST(Runtime, KeepsTheFirstReasonToEnd) {
  Runtime runtime;
  runtime.end(3, "first");
  runtime.end(0, "second");
  EXPECT_EQ(runtime.run(nothing, drain_max), 3);
}

TEST(Runtime, GivesUpADrainThatTakesTooLong) {
  Runtime runtime;
  runtime.end(0, "enough");
  const auto drain = [&]() -> asio::awaitable<void> {
    asio::steady_timer timer{runtime.io(), 1h};
    co_await timer.async_wait(asio::use_awaitable);
  };
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_EQ(runtime.run(drain, 20ms), 1);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, drain_max);
}

TEST(Runtime, EndsWithOneWhenTheDrainFails) {
  Runtime runtime;
  runtime.end(0, "enough");
  const auto drain = []() -> asio::awaitable<void> {
    throw std::runtime_error("cannot flush");
    co_return;
  };
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_EQ(runtime.run(drain, drain_max), 1);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, drain_max) << "nothing is left to wait for";
}

TEST(Runtime, ThreadsStartedAfterwardsWakeWithoutPreemptingToo) {
  int inherited = SCHED_OTHER;
  std::jthread{[&] {
    wake_without_preempting();
    std::jthread{[&] { inherited = sched_getscheduler(0); }}.join();
  }}.join();
  EXPECT_EQ(inherited, SCHED_BATCH);
  EXPECT_EQ(sched_getscheduler(0), SCHED_OTHER) << "another thread is left as it was";
}

}  // namespace
}  // namespace tollgate
