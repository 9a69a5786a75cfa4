// SPDX-License-Identifier: Apache-2.0
#include "base/background_loop.hpp"

#include <gtest/gtest.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <atomic>
#include <stdexcept>

#include "tests/wait_until.hpp"

namespace tollgate {
namespace {

using std::chrono::milliseconds;
using tests::wait_until;

constexpr std::chrono::seconds patience{20};

TEST(BackgroundLoop, RunsAgainAndAgainUntilItIsAskedToStop) {
  Metrics metrics;
  std::atomic<int> rounds = 0;
  {
    BackgroundLoop loop{"test",
                        [&] {
                          ++rounds;
                          return milliseconds{0};
                        },
                        metrics};
    EXPECT_TRUE(wait_until([&] { return rounds > 100; }));
  }
  const int at_the_end = rounds;
  EXPECT_GE(at_the_end, 100);
}

TEST(BackgroundLoop, APauseEndsAtOnceWhenItIsAskedToStop) {
  Metrics metrics;
  std::atomic<int> rounds = 0;
  const auto begun = std::chrono::steady_clock::now();
  {
    BackgroundLoop loop{"test",
                        [&] {
                          ++rounds;
                          return milliseconds{std::chrono::hours{1}};
                        },
                        metrics};
    EXPECT_TRUE(wait_until([&] { return rounds == 1; }));
  }
  EXPECT_LT(std::chrono::steady_clock::now() - begun, patience);
}

TEST(BackgroundLoop, SurvivesWhatItsWorkThrowsAndSaysSo) {
  Metrics metrics;
  std::atomic<bool> broken = true;
  std::atomic<int> rounds = 0;
  BackgroundLoop loop{"test",
                      [&] {
                        ++rounds;
                        if (broken) throw std::runtime_error("no database");
                        return milliseconds{1};
                      },
                      metrics};
  EXPECT_TRUE(wait_until([&] { return loop.fault() == "no database"; }));
  EXPECT_TRUE(wait_until([&] { return rounds > 2; }));
  broken = false;
  EXPECT_TRUE(wait_until([&] { return loop.fault().empty(); }));
  EXPECT_GE(metrics
                .counter("tollgate_loop_failures_total",
                         "Pieces of work in the background that failed and are tried again",
                         {{"loop", "test"}})
                .Value(),
            2);
}

TEST(BackgroundLoop, DrainsWithoutBlockingTheIoThread) {
  Metrics metrics;
  BackgroundLoop loop{"test", [] { return milliseconds{std::chrono::hours{1}}; }, metrics};
  boost::asio::io_context io;
  bool drained = false;
  boost::asio::co_spawn(io, loop.drain(),
                        [&](const std::exception_ptr& failure) { drained = !failure; });
  io.run_for(patience);
  EXPECT_TRUE(drained);
}

TEST(BackgroundLoop, EndsWithWhatIsLeftToDoOnItsOwnThread) {
  Metrics metrics;
  std::atomic<std::thread::id> worked_on, ended_on;
  {
    BackgroundLoop loop{"test",
                        [&] {
                          worked_on = std::this_thread::get_id();
                          return milliseconds{std::chrono::hours{1}};
                        },
                        metrics, [&] { ended_on = std::this_thread::get_id(); }};
    EXPECT_TRUE(wait_until([&] { return worked_on.load() != std::thread::id{}; }));
    EXPECT_EQ(ended_on.load(), std::thread::id{});
  }
  EXPECT_EQ(ended_on.load(), worked_on.load());
}

TEST(BackgroundLoop, StartsAndStopsAThousandTimes) {
  Metrics metrics;
  std::atomic<int> rounds = 0;
  for (int i = 0; i < 1'000; ++i) {
    const BackgroundLoop loop{"test",
                              [&] {
                                ++rounds;
                                return milliseconds{i % 3};
                              },
                              metrics};
  }
  EXPECT_GE(rounds, 1'000);
}

}  // namespace
}  // namespace tollgate
