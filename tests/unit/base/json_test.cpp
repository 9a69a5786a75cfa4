// SPDX-License-Identifier: Apache-2.0
#include "base/json.hpp"

#include <gtest/gtest.h>

#include <string>

namespace tollgate {
namespace {

using namespace std::string_literals;

TEST(JsonTest, OneValueIsRead) {
  const auto document = json::parse(R"({"id":"sub_1","items":{"url":"/v1"},"quantity":2})");
  ASSERT_TRUE(document);
  EXPECT_EQ(json::text(*document, "id"), "sub_1");
  EXPECT_EQ(json::text(json::member(*document, "items"), "url"), "/v1");
}

TEST(JsonTest, WhatIsNotThereIsNullAndEmpty) {
  const auto document = json::parse(R"({"quantity":2})");
  ASSERT_TRUE(document);
  EXPECT_TRUE(json::member(*document, "id").IsNull());
  EXPECT_EQ(json::text(*document, "quantity"), "");
  EXPECT_EQ(json::text(json::member(*document, "quantity"), "id"), "") << "no object";
}

TEST(JsonTest, ATextOfAnythingElseIsNone) {
  for (const std::string& text :
       {""s, "{"s, "{}{}"s, "{} x"s, "{}\0"s, "{}\0{}"s, "\0"s, "\"\xff\""s, "\"\xed\xa0\x80\""s}) {
    EXPECT_FALSE(json::parse(text)) << text;
  }
}

TEST(JsonTest, DepthDoesNotExhaustTheStack) {
  constexpr std::size_t depth = 1'000'000;
  EXPECT_TRUE(json::parse(std::string(depth, '[') + std::string(depth, ']')));
  EXPECT_FALSE(json::parse(std::string(depth, '[')));
}

}  // namespace
}  // namespace tollgate
