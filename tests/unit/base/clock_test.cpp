// SPDX-License-Identifier: Apache-2.0
#include "base/clock.hpp"

#include <gtest/gtest.h>

namespace tollgate {
namespace {

using std::chrono::microseconds;

TEST(Rfc3339, IsWrittenInUtcWithoutAnEmptyFraction) {
  EXPECT_EQ(format_rfc3339(from_unix_seconds(1'767'225'600)), "2026-01-01T00:00:00Z");
  EXPECT_EQ(format_rfc3339(from_unix_seconds(0)), "1970-01-01T00:00:00Z");
}

TEST(Rfc3339, IsWrittenWithSixDigitsOfFraction) {
  EXPECT_EQ(format_rfc3339(Time{microseconds{1}}), "1970-01-01T00:00:00.000001Z");
  EXPECT_EQ(format_rfc3339(Time{microseconds{-1}}), "1969-12-31T23:59:59.999999Z");
}

TEST(Rfc3339, IsWrittenForEveryYearThatItKnows) {
  EXPECT_EQ(format_rfc3339(from_unix_seconds(-62'167'219'200)), "0000-01-01T00:00:00Z");
  EXPECT_EQ(format_rfc3339(from_unix_seconds(253'402'300'799)), "9999-12-31T23:59:59Z");
  EXPECT_EQ(format_rfc3339(Time::max()), "9999-12-31T23:59:59.999999Z");
  EXPECT_EQ(format_rfc3339(Time::min()), "0000-01-01T00:00:00Z");
}

TEST(Rfc3339, IsAppendedToWhatIsThere) {
  std::string text = "at ";
  append_rfc3339(text, from_unix_seconds(0));
  EXPECT_EQ(text, "at 1970-01-01T00:00:00Z");
}

TEST(Rfc3339, IsReadBackAsItWasWritten) {
  for (const std::int64_t count :
       {0LL, 1LL, -1LL, 1'767'225'600'123'456LL, 951'782'400'000'000LL}) {
    const Time time{microseconds{count}};
    EXPECT_EQ(parse_rfc3339(format_rfc3339(time)), time) << count;
  }
}

TEST(Rfc3339, OffsetsAreApplied) {
  const Time noon = from_unix_seconds(1'767'268'800);
  EXPECT_EQ(parse_rfc3339("2026-01-01T12:00:00Z"), noon);
  EXPECT_EQ(parse_rfc3339("2026-01-01t12:00:00z"), noon);
  EXPECT_EQ(parse_rfc3339("2026-01-01T13:30:00+01:30"), noon);
  EXPECT_EQ(parse_rfc3339("2025-12-31T23:00:00-13:00"), noon);
}

TEST(Rfc3339, FractionsOfAnyLengthAreCutToMicroseconds) {
  const Time second = from_unix_seconds(1'767'225'600);
  EXPECT_EQ(parse_rfc3339("2026-01-01T00:00:00.5Z"), second + microseconds{500'000});
  EXPECT_EQ(parse_rfc3339("2026-01-01T00:00:00.1234567899999Z"), second + microseconds{123'456});
  EXPECT_EQ(parse_rfc3339("2026-01-01T00:00:00." + std::string(1'000, '9') + "Z"),
            second + microseconds{999'999});
}

TEST(Rfc3339, LeapSecondsBelongToTheNextMinute) {
  EXPECT_EQ(parse_rfc3339("2016-12-31T23:59:60Z"), parse_rfc3339("2017-01-01T00:00:00Z"));
}

TEST(Rfc3339, AnythingElseIsNoTime) {
  for (const char* text :
       {"", "now", "2026-01-01", "2026-01-01T00:00:00", "2026-01-01T00:00Z", "2026-13-01T00:00:00Z",
        "2026-02-30T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z",
        "2026-01-01T00:00:61Z", "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00+0100",
        "2026-01-01T00:00:00+24:00", "2026-01-01T00:00:00Zx", " 2026-01-01T00:00:00Z",
        "+026-01-01T00:00:00Z", "2026-1-01T00:00:00Z", "20260101T000000Z"}) {
    EXPECT_EQ(parse_rfc3339(text), std::nullopt) << text;
  }
}

TEST(UnixSeconds, RoundTowardsThePast) {
  EXPECT_EQ(to_unix_seconds(Time{microseconds{1'999'999}}), 1);
  EXPECT_EQ(to_unix_seconds(Time{microseconds{-1}}), -1);
}

}  // namespace
}  // namespace tollgate
