// SPDX-License-Identifier: Apache-2.0
#include "postgres/silence_watch.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>

namespace tollgate::postgres {
namespace {

using namespace std::chrono_literals;

class SilenceWatchTest : public testing::Test {
 protected:
  SilenceWatchTest() { EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends_.data()), 0); }
  ~SilenceWatchTest() override {
    for (const int end : ends_) ::close(end);
  }

  int ours() const { return ends_[0]; }
  void answer() { EXPECT_EQ(::send(ends_[1], "!", 1, 0), 1); }

  std::array<int, 2> ends_{};
  char letter_ = 0;
};

TEST_F(SilenceWatchTest, EndsTheWaitForAPeerThatDoesNotAnswer) {
  const SilenceWatch::Wait wait{ours(), 10ms};
  EXPECT_EQ(::recv(ours(), &letter_, 1, 0), 0);
}

TEST_F(SilenceWatchTest, LeavesAConnectionAloneWhoseAnswerCame) {
  { const SilenceWatch::Wait answered{ours(), 10ms}; }
  std::array<int, 2> other{};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, other.data()), 0);
  const SilenceWatch::Wait overdue{other[0], 10ms};
  ASSERT_EQ(::recv(other[0], &letter_, 1, 0), 0) << "the watch has looked";
  answer();
  EXPECT_EQ(::recv(ours(), &letter_, 1, 0), 1);
  for (const int end : other) ::close(end);
}

TEST_F(SilenceWatchTest, WaitsForEverWhereThereIsNoTimeOut) {
  const SilenceWatch::Wait endless{ours(), 0ms};
  answer();
  EXPECT_EQ(::recv(ours(), &letter_, 1, 0), 1);
}

}  // namespace
}  // namespace tollgate::postgres
