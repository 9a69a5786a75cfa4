// SPDX-License-Identifier: Apache-2.0
#include "base/io_loop.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <stdexcept>

namespace tollgate {
namespace {

using std::chrono::milliseconds;

class IoLoopTest : public testing::Test {
 protected:
  boost::asio::awaitable<milliseconds> piece() {
    ++pieces_;
    if (pieces_ == fails_at_) throw std::runtime_error{"the database is away"};
    if (pieces_ == stops_at_) loop_.request_stop();
    co_return pause_;
  }
  void run() {
    boost::asio::co_spawn(io_, loop_.run(),
                          [this](const std::exception_ptr& failure) { ended_ = !failure; });
    io_.run_for(std::chrono::seconds{10});
  }

  boost::asio::io_context io_{1};
  Metrics metrics_;
  IoLoop loop_{io_, "test", [this] { return piece(); }, metrics_};
  int pieces_ = 0;
  int fails_at_ = 0;
  int stops_at_ = 0;
  milliseconds pause_{0};
  bool ended_ = false;
};

TEST_F(IoLoopTest, RepeatsItsPieceUntilItIsToStop) {
  stops_at_ = 5;
  run();
  EXPECT_TRUE(ended_);
  EXPECT_EQ(pieces_, 5);
}

TEST_F(IoLoopTest, GoesOnAfterWhateverAPieceThrows) {
  fails_at_ = 2;
  stops_at_ = 4;
  run();
  EXPECT_TRUE(ended_);
  EXPECT_EQ(pieces_, 4);
  EXPECT_NE(metrics_.render().find("tollgate_loop_failures_total{loop=\"test\"} 1"),
            std::string::npos);
}

TEST_F(IoLoopTest, EndsAtOnceWhenItIsAskedToInAPause) {
  pause_ = std::chrono::hours{1};
  boost::asio::steady_timer timer{io_, milliseconds{20}};
  timer.async_wait([this](const boost::system::error_code&) { loop_.request_stop(); });
  run();
  EXPECT_TRUE(ended_);
  EXPECT_EQ(pieces_, 1);
}

TEST_F(IoLoopTest, StartsNothingAfterItWasStopped) {
  loop_.request_stop();
  run();
  EXPECT_TRUE(ended_);
  EXPECT_EQ(pieces_, 0);
}

}  // namespace
}  // namespace tollgate
