// SPDX-License-Identifier: Apache-2.0
#include "base/log_quota.hpp"

#include <gtest/gtest.h>

namespace tollgate::log {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const Quota::TimePoint start{seconds{1'000}};

TEST(LogQuota, LetsABurstPassAndThenOneLineASecond) {
  Quota quota;
  for (std::uint32_t i = 0; i < Quota::burst_lines; ++i) EXPECT_EQ(quota.take("flood", start), 0u);
  int written = 0;
  for (int ms = 1; ms <= 60'000; ++ms)
    written += quota.take("flood", start + milliseconds{ms}) ? 1 : 0;
  EXPECT_EQ(written, 60);
}

TEST(LogQuota, TellsHowManyLinesItLeftOut) {
  Quota quota;
  for (std::uint32_t i = 0; i < Quota::burst_lines; ++i) EXPECT_TRUE(quota.take("flood", start));
  for (int i = 0; i < 5'000; ++i) EXPECT_EQ(quota.take("flood", start), std::nullopt);
  EXPECT_EQ(quota.take("flood", start + seconds{1}), 5'000u);
  EXPECT_EQ(quota.take("flood", start + seconds{2}), 0u);
}

TEST(LogQuota, GivesTheWholeBurstBackAfterAQuietTime) {
  Quota quota;
  while (quota.take("flood", start)) {
  }
  const auto later = start + Quota::burst_lines * Quota::line_interval * 100;
  int written = 0;
  while (quota.take("flood", later)) ++written;
  EXPECT_EQ(written, static_cast<int>(Quota::burst_lines));
}

TEST(LogQuota, IsEachKindsOwn) {
  Quota quota;
  while (quota.take("wrong_signature", start)) {
  }
  EXPECT_EQ(quota.take("no_signature_header", start), 0u);
}

TEST(LogQuota, HoldsNoMoreKindsThanItsBound) {
  Quota quota;
  for (std::size_t i = 0; i < Quota::kinds_max; ++i) {
    EXPECT_TRUE(quota.take("kind " + std::to_string(i), start));
  }
  int written = 0;
  for (int i = 0; i < 1'000; ++i) written += quota.take("new " + std::to_string(i), start) ? 1 : 0;
  EXPECT_EQ(written, static_cast<int>(Quota::burst_lines));
}

}  // namespace
}  // namespace tollgate::log
