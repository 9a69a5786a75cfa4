// SPDX-License-Identifier: Apache-2.0
#include "stripe_simulator/api/idempotency.hpp"

#include <gtest/gtest.h>

namespace tollgate::simulator {
namespace {

constexpr std::int64_t now = 1'800'000'000;

TEST(IdempotentAnswers, GiveUpTheOldestBeyondThirtyTwoMebibytes) {
  IdempotentAnswers answers;
  const std::string body(1024 * 1024, 'x');
  for (int i = 0; i < 40; ++i) answers.keep("key-" + std::to_string(i), "/v1/x", {200, body}, now);
  EXPECT_FALSE(answers.has("key-0"));
  EXPECT_FALSE(answers.has("key-8"));
  EXPECT_TRUE(answers.has("key-9"));
  EXPECT_TRUE(answers.has("key-39"));
  // What went makes room again.
  ASSERT_TRUE(answers.find("key-39", "/v1/x", now + 24 * 3600));
  for (int i = 0; i < 31; ++i) answers.keep("new-" + std::to_string(i), "/v1/x", {200, body}, now);
  EXPECT_TRUE(answers.has("new-0"));
}

TEST(IdempotentAnswers, GiveUpTheOldestBeyondAHundredThousand) {
  IdempotentAnswers answers;
  for (int i = 0; i <= 100'000; ++i) answers.keep(std::to_string(i), {}, {200, {}}, now);
  EXPECT_FALSE(answers.has("0"));
  EXPECT_TRUE(answers.has("1"));
}

}  // namespace
}  // namespace tollgate::simulator
