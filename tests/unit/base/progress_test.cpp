// SPDX-License-Identifier: Apache-2.0
#include "base/progress.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace tollgate {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

TEST(Progress, OffATerminalItIsALineAtTheBeginningAndAtTheEnd) {
  std::ostringstream out;
  {
    Progress progress{out, Display::lines, "events", 300};
    for (int i = 0; i < 300; ++i) progress.advance(1);
  }
  EXPECT_EQ(out.str(), "0 of 300 events, 0 %\n300 of 300 events, 100 %\n");
}

TEST(Progress, OnATerminalItIsABarThatIsDrawnOverItself) {
  std::ostringstream out;
  {
    Progress progress{out, Display::terminal, "events", 4};
    progress.advance(2);
  }
  EXPECT_THAT(out.str(), HasSubstr("\r[" + std::string(15, '#') + std::string(15, '.') +
                                   "] 2 of 4 events, 50 %"));
  EXPECT_THAT(out.str(), EndsWith("\x1b[K\n"));
}

TEST(Progress, WhatItWaitsForIsToldUntilItGoesOn) {
  std::ostringstream out;
  {
    Progress progress{out, Display::lines, "events", 2};
    progress.wait("no room");
    progress.wait("no room");
    progress.advance(2);
  }
  EXPECT_EQ(out.str(),
            "0 of 2 events, 0 %\n0 of 2 events, 0 %, waiting: no room\n2 of 2 events, 100 %\n");
}

TEST(Progress, NothingToDoIsDone) {
  std::ostringstream out;
  { const Progress progress{out, Display::lines, "users", 0}; }
  EXPECT_THAT(out.str(), EndsWith("0 of 0 users, 100 %\n"));
}

TEST(Progress, MoreThanExpectedIsNotMoreThanAll) {
  std::ostringstream out;
  {
    Progress progress{out, Display::lines, "events", 2};
    progress.advance(5);
  }
  EXPECT_THAT(out.str(), EndsWith("5 of 5 events, 100 %\n"));
  EXPECT_THAT(out.str(), Not(HasSubstr("250")));
}

}  // namespace
}  // namespace tollgate
