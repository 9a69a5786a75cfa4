// SPDX-License-Identifier: Apache-2.0
#include "postgres/pool.hpp"

#include <gtest/gtest.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <condition_variable>
#include <mutex>
#include <thread>

#include "tests/wait_until.hpp"

namespace tollgate::postgres {
namespace {

// Port 1 refuses connections at once; these tests need no server.
const ConnectionOptions nowhere{.url = "postgresql://127.0.0.1:1/none", .application_name = "test"};

/// Holds the pool's only thread until it is opened.
class Gate {
 public:
  void pass() {
    std::unique_lock lock{mutex_};
    ++waiting_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return open_; });
  }
  void wait_for_someone() {
    std::unique_lock lock{mutex_};
    changed_.wait(lock, [this] { return waiting_ > 0; });
  }
  void open() {
    const std::lock_guard lock{mutex_};
    open_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int waiting_ = 0;
  bool open_ = false;
};

/// What became of pieces of work given to a pool.
struct Outcomes {
  int done = 0;
  int busy = 0;
  int failed = 0;

  void count(const std::exception_ptr& failure) {
    try {
      if (failure) std::rethrow_exception(failure);
      ++done;
    } catch (const PoolBusy&) {
      ++busy;
    } catch (const std::exception&) {
      ++failed;
    }
  }
};

class PoolTest : public testing::Test {
 protected:
  void start(Pool& pool, Pool::Work work) {
    boost::asio::co_spawn(io_, pool.run(std::move(work)),
                          [this](const std::exception_ptr& failure) { outcomes_.count(failure); });
  }

  boost::asio::io_context io_;
  Outcomes outcomes_;
};

TEST_F(PoolTest, GivesTheAnswerBackOnTheLoop) {
  Pool pool{io_, nowhere, {.size = 2}};
  std::thread::id worker;
  start(pool, [&worker](Connection&) { worker = std::this_thread::get_id(); });
  io_.run();
  EXPECT_EQ(outcomes_.done, 1);
  EXPECT_TRUE(worker != std::thread::id{} && worker != std::this_thread::get_id());
}

TEST_F(PoolTest, ThrowsWhatTheWorkThrows) {
  Pool pool{io_, nowhere, {.size = 1}};
  start(pool, [](Connection&) { throw std::logic_error{"wrong"}; });
  io_.run();
  EXPECT_EQ(outcomes_.failed, 1);
}

TEST_F(PoolTest, SaysWhyTheDatabaseCannotBeReached) {
  Pool pool{io_, nowhere, {.size = 1}};
  start(pool, [](Connection& connection) { connection.open(); });
  io_.run();
  EXPECT_EQ(outcomes_.failed, 1);
  EXPECT_NE(pool.fault(), "");
}

TEST_F(PoolTest, RefusesWorkBeyondItsQueue) {
  Gate gate;
  Pool pool{io_, nowhere, {.size = 1, .queue_max = 2}};
  start(pool, [&gate](Connection&) { gate.pass(); });
  io_.poll();
  gate.wait_for_someone();
  for (int more = 0; more < 3; ++more) start(pool, [](Connection&) {});
  while (outcomes_.busy == 0) io_.run_one();
  EXPECT_EQ(outcomes_.done, 0);
  gate.open();
  io_.run();
  EXPECT_EQ(outcomes_.busy, 1);
  EXPECT_EQ(outcomes_.done, 3);
}

TEST_F(PoolTest, DoesNotBeginWorkThatWaitedTooLong) {
  Gate gate;
  Pool pool{io_, nowhere, {.size = 1, .queue_wait_max = std::chrono::milliseconds{0}}};
  bool begun = false;
  start(pool, [&gate](Connection&) { gate.pass(); });
  start(pool, [&begun](Connection&) { begun = true; });
  io_.poll();
  gate.open();
  io_.run();
  EXPECT_FALSE(begun);
  EXPECT_GE(outcomes_.busy, 1);
}

TEST_F(PoolTest, TellsWhoWaitedTooLongWhileEveryThreadIsStuck) {
  Gate gate;
  Pool pool{io_, nowhere, {.size = 1, .queue_wait_max = std::chrono::milliseconds{50}}};
  start(pool, [&gate](Connection&) { gate.pass(); });
  io_.poll();
  gate.wait_for_someone();
  Outcomes first;
  boost::asio::co_spawn(io_, pool.run([](Connection&) {}),
                        [&first](const std::exception_ptr& failure) { first.count(failure); });
  const bool told = tests::wait_until([&] {
    start(pool, [](Connection&) {});
    io_.poll();
    return first.busy == 1;
  });
  EXPECT_TRUE(told);
  gate.open();
  io_.run();
}

TEST_F(PoolTest, EndsWhatStillWaitsWhenItGoes) {
  Gate gate;
  auto pool = std::make_unique<Pool>(io_, nowhere, PoolOptions{.size = 1});
  start(*pool, [&gate](Connection&) { gate.pass(); });
  start(*pool, [](Connection&) {});
  io_.poll();
  gate.wait_for_someone();
  std::thread opener{[&gate] { gate.open(); }};
  pool.reset();
  opener.join();
  io_.run();
  EXPECT_EQ(outcomes_.done + outcomes_.busy, 2);
}

}  // namespace
}  // namespace tollgate::postgres
