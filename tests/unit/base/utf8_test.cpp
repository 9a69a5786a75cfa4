// SPDX-License-Identifier: Apache-2.0
#include "base/utf8.hpp"

#include <gtest/gtest.h>

namespace tollgate {
namespace {

constexpr const char* replaced = "\xEF\xBF\xBD";

std::string replacements(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += replaced;
  return text;
}

TEST(ValidUtf8, LeavesGoodTextAlone) {
  using std::string_literals::operator""s;
  for (const std::string& text :
       {""s, "plain"s, "\0nul\0"s, "Zo\xC3\xAB"s, "\xE2\x82\xAC"s, "\xED\x9F\xBF"s, "\xEE\x80\x80"s,
        "\xF0\x90\x80\x80"s, "\xF4\x8F\xBF\xBF"s}) {
    EXPECT_EQ(valid_utf8(text), text);
  }
}

TEST(ValidUtf8, ReplacesEveryBadByte) {
  EXPECT_EQ(valid_utf8("a\x80z"), std::string{"a"} + replaced + "z");
  EXPECT_EQ(valid_utf8("\xFF\xFE"), replacements(2));
}

TEST(ValidUtf8, RefusesOverlongForms) {
  EXPECT_EQ(valid_utf8("\xC0\x80"), replacements(2));
  EXPECT_EQ(valid_utf8("\xE0\x9F\xBF"), replacements(3));
  EXPECT_EQ(valid_utf8("\xF0\x8F\xBF\xBF"), replacements(4));
}

TEST(ValidUtf8, RefusesSurrogatesAndWhatLiesAboveUnicode) {
  EXPECT_EQ(valid_utf8("\xED\xA0\x80"), replacements(3));
  EXPECT_EQ(valid_utf8("\xF4\x90\x80\x80"), replacements(4));
}

TEST(ValidUtf8, GoesOnAfterACutSequence) {
  EXPECT_EQ(valid_utf8("\xE2\x82"), replacements(2));
  EXPECT_EQ(valid_utf8("\xE2\x82z"), replacements(2) + "z");
  EXPECT_EQ(valid_utf8("\xC3\xC3\xAB"), std::string{replaced} + "\xC3\xAB");
}

TEST(StorableText, IsUtf8WithoutNul) {
  using namespace std::string_view_literals;
  EXPECT_TRUE(is_storable(""));
  EXPECT_TRUE(is_storable("evt_1 \xC3\xAB \xF0\x9F\x98\x80\x01"));
  EXPECT_FALSE(is_storable("a\0b"sv));
  EXPECT_FALSE(is_storable("\xED\xA0\x80"));
  EXPECT_FALSE(is_storable("\xC0\xAF"));
  EXPECT_FALSE(is_storable("\xC3"));
}

TEST(CharacterCount, CountsCodePoints) {
  EXPECT_EQ(character_count(""), 0U);
  EXPECT_EQ(character_count("Zo\xC3\xAB"), 3U);
  EXPECT_EQ(character_count("\xF0\x9F\x98\x80\xE2\x82\xAC"), 2U);
}

}  // namespace
}  // namespace tollgate
