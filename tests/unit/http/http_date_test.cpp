// SPDX-License-Identifier: Apache-2.0
#include "http/http_date.hpp"

#include <gtest/gtest.h>

namespace tollgate::http {
namespace {

TEST(HttpDate, ReadsTheFormThatServersMustSend) {
  EXPECT_EQ(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT"), from_unix_seconds(784'111'777));
  EXPECT_EQ(parse_http_date("Sat, 21 Nov 2026 00:00:00 GMT"), from_unix_seconds(1'795'219'200));
  EXPECT_EQ(parse_http_date("Thu, 29 Feb 2024 23:59:60 GMT"), from_unix_seconds(1'709'251'200));
}

TEST(HttpDate, IsNothingInAnyOtherForm) {
  for (const char* text :
       {"", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
        "Sun, 06 Nov 1994 08:49:37 UTC", "Sun, 06 Nov 1994 08:49:37 GMT ",
        "Sun, 06 nov 1994 08:49:37 GMT", "Sun, 31 Feb 2026 08:49:37 GMT",
        "Sun, 06 Nov 1994 24:00:00 GMT", "Sun, 06 Nov 1994 08:60:00 GMT", "1794-11-06"}) {
    EXPECT_EQ(parse_http_date(text), std::nullopt) << text;
  }
}

TEST(HttpDate, IsWrittenAsItIsRead) {
  EXPECT_EQ(format_http_date(from_unix_seconds(784'111'777)), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(format_http_date(from_unix_seconds(0)), "Thu, 01 Jan 1970 00:00:00 GMT");
  EXPECT_EQ(format_http_date(from_unix_seconds(1'772'323'199)), "Sat, 28 Feb 2026 23:59:59 GMT");
}

TEST(CurrentDate, ChangesWithTheSecondAndOnlyThen) {
  CurrentDate date;
  const std::string_view first = date.text_at(784'111'777);
  EXPECT_EQ(first, "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(date.text_at(784'111'777).data(), first.data());
  EXPECT_EQ(date.text_at(784'111'778), "Sun, 06 Nov 1994 08:49:38 GMT");
}

}  // namespace
}  // namespace tollgate::http
