// SPDX-License-Identifier: Apache-2.0
#include "http/percent.hpp"

#include <gtest/gtest.h>

namespace tollgate::http {
namespace {

TEST(PercentDecode, ReadsEscapesAndPlusesAsTold) {
  EXPECT_EQ(percent_decode("a%20%C3%A9+b", Plus::literal), "a \u00e9+b");
  EXPECT_EQ(percent_decode("a%20%c3%a9+b", Plus::space), "a \u00e9 b");
}

TEST(PercentDecode, GivesTextOrNothing) {
  for (const std::string_view text :
       {std::string_view{"%"}, std::string_view{"%4"}, std::string_view{"%zz"},
        std::string_view{"a%00"}, std::string_view{"a\0b", 3}, std::string_view{"%ff"},
        std::string_view{"\xC3"}}) {
    EXPECT_FALSE(percent_decode(text, Plus::literal)) << text;
  }
}

}  // namespace
}  // namespace tollgate::http
