// SPDX-License-Identifier: Apache-2.0
#include "base/log.hpp"

#include <gtest/gtest.h>
#include <boost/json/parse.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>

#include "base/clock.hpp"

namespace tollgate {
namespace {

using namespace std::string_literals;

class Log : public testing::Test {
 protected:
  // The service's name and level belong to the process: later tests get the usual ones back.
  ~Log() override { log::open("tollgate", log::Level::info); }

  template <class Write>
  std::string lines_of(Write write) {
    testing::internal::CaptureStderr();
    write();
    return testing::internal::GetCapturedStderr();
  }
  template <class Write>
  boost::json::object line_of(Write write) {
    const std::string line = lines_of(write);
    EXPECT_EQ(line.find('\n'), line.size() - 1) << line;
    return boost::json::parse(line).as_object();
  }
};

TEST_F(Log, WritesOneJsonObjectALine) {
  log::open("webhook-ingress", log::Level::info);
  const auto line = line_of([] {
    log::warning("webhook refused", {{"event_id", "evt_1"},
                                     {"count", 3},
                                     {"share", 0.5},
                                     {"retried", true},
                                     {"position", std::uint64_t{7}}});
  });
  EXPECT_EQ(line.at("level"), "warning");
  EXPECT_EQ(line.at("service"), "webhook-ingress");
  EXPECT_EQ(line.at("message"), "webhook refused");
  EXPECT_EQ(line.at("event_id"), "evt_1");
  EXPECT_EQ(line.at("count"), 3);
  EXPECT_EQ(line.at("share"), 0.5);
  EXPECT_EQ(line.at("retried"), true);
  EXPECT_EQ(line.at("position"), 7);
  EXPECT_TRUE(parse_rfc3339(std::string_view{line.at("time").as_string()}).has_value());
}

TEST_F(Log, SaysTheTimeInUtc) {
  const auto before = SystemClock{}.now();
  const auto line = line_of([] { log::info("now"); });
  const auto time = parse_rfc3339(std::string_view{line.at("time").as_string()});
  ASSERT_TRUE(time);
  EXPECT_GE(*time, before);
  EXPECT_LE(*time, SystemClock{}.now());
}

TEST_F(Log, KeepsToItsLowestLevel) {
  log::open("tollgate", log::Level::error);
  EXPECT_EQ(lines_of([] {
              log::debug("d");
              log::info("i");
              log::warning("w");
            }),
            "");
  EXPECT_EQ(line_of([] { log::error("e"); }).at("level"), "error");
  log::open("tollgate", log::Level::debug);
  EXPECT_EQ(line_of([] { log::debug("d"); }).at("level"), "debug");
}

TEST_F(Log, EscapesWhatAStrangerWrote) {
  const std::string hostile = "\"},\n{\"level\":\"info\\\x01\0"s;
  const auto line = line_of([&] {
    log::info("refused", {{"reason", hostile}, {"user{}%v%", "{} %v %l"}});
  });
  EXPECT_EQ(line.at("reason").as_string(), boost::json::string_view{hostile});
  EXPECT_EQ(line.at("user{}%v%"), "{} %v %l");
}

TEST_F(Log, MarksBytesThatAreNoText) {
  const auto line = line_of([] { log::info("bad \xFF", {{"reason", "\xC3("}}); });
  EXPECT_EQ(line.at("message"), "bad \xEF\xBF\xBD");
  EXPECT_EQ(line.at("reason"), "\xEF\xBF\xBD(");
}

TEST_F(Log, StaysJsonForNumbersThatJsonDoesNotHave) {
  const double infinite = std::numeric_limits<double>::infinity();
  const std::string line = lines_of([&] {
    log::info("odd", {{"infinite", infinite}, {"none", std::nan("")}});
  });
  boost::json::error_code fault;
  const auto parsed = boost::json::parse(line, fault);
  EXPECT_FALSE(fault) << line;
}

TEST_F(Log, BoundsTheLinesOfAFloodAndSaysHowManyAreMissing) {
  const auto refuse = [](const char* reason) {
    log::write_bounded(log::Level::warning, reason, "flood refused", {{"reason", reason}});
  };
  const std::string flood = lines_of([&] {
    for (int i = 0; i < 10'000; ++i) refuse("wrong_signature");
  });
  EXPECT_LT(std::ranges::count(flood, '\n'), 100);
  EXPECT_EQ(line_of([&] { refuse("no_signature_header"); }).at("reason"), "no_signature_header");
  std::string next;
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{10};
  while (next.empty() && std::chrono::steady_clock::now() < deadline) {
    next = lines_of([&] { refuse("wrong_signature"); });
  }
  ASSERT_FALSE(next.empty());
  EXPECT_GT(boost::json::parse(next).at("left_out").as_int64(), 9'000);
}

TEST_F(Log, SpendsNoQuotaOnLinesBelowItsLevel) {
  log::open("tollgate", log::Level::error);
  const auto write = [] { log::write_bounded(log::Level::info, "kind", "unseen"); };
  EXPECT_EQ(lines_of([&] {
              for (int i = 0; i < 100; ++i) write();
            }),
            "");
  log::open("tollgate", log::Level::info);
  EXPECT_EQ(line_of(write).count("left_out"), 0u);
}

TEST_F(Log, KnowsItsLevels) {
  EXPECT_EQ(log::parse_level("debug"), log::Level::debug);
  EXPECT_EQ(log::parse_level("error"), log::Level::error);
  EXPECT_EQ(log::parse_level("ERROR"), std::nullopt);
  EXPECT_EQ(log::parse_level(""), std::nullopt);
}

}  // namespace
}  // namespace tollgate
