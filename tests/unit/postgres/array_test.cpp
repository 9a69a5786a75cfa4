// SPDX-License-Identifier: Apache-2.0
#include "postgres/array.hpp"

#include <gtest/gtest.h>

#include <string>

namespace tollgate::postgres {
namespace {

using namespace std::string_literals;

TEST(BinaryArray, WithoutElementsHasOneDimensionOfLengthNone) {
  EXPECT_EQ(TextArray{}.binary(), "\0\0\0\1\0\0\0\0\0\0\0\x19\0\0\0\0\0\0\0\1"s);
}

TEST(BinaryArray, WritesTextsByLengthSoThatNothingNeedsQuoting) {
  TextArray array;
  array.add("a\"{,}");
  array.add("");
  EXPECT_EQ(array.size(), 2U);
  EXPECT_EQ(array.binary(), "\0\0\0\1\0\0\0\0\0\0\0\x19\0\0\0\2\0\0\0\1\0\0\0\5a\"{,}\0\0\0\0"s);
}

TEST(BinaryArray, MarksThatItHoldsNulls) {
  TextArray array;
  array.add_or_null("");
  EXPECT_EQ(array.binary(), "\0\0\0\1\0\0\0\1\0\0\0\x19\0\0\0\1\0\0\0\1\xff\xff\xff\xff"s);
}

TEST(BinaryArray, WritesIntegersBigEndian) {
  IntegerArray array;
  array.add(std::int64_t{-2});
  EXPECT_EQ(array.binary(),
            "\0\0\0\1\0\0\0\0\0\0\0\x14\0\0\0\1\0\0\0\1\0\0\0\x8\xff\xff\xff\xff\xff\xff\xff\xfe"s);
}

}  // namespace
}  // namespace tollgate::postgres
