// SPDX-License-Identifier: Apache-2.0
#include "events/change_headers.hpp"

#include <gtest/gtest.h>

#include <map>

namespace tollgate::events {
namespace {

TEST(ChangeHeaders, SayWhoAndWhichVersionByTheCloudEventsBinding) {
  const ChangeHeaders written{"usr_1", 7, from_unix_seconds(1'797'000'000)};
  std::map<std::string_view, std::string_view> headers;
  for (const Header& header : written.headers()) headers.emplace(header.name, header.value);
  EXPECT_EQ(headers["ce_specversion"], "1.0");
  EXPECT_EQ(headers["ce_id"], "usr_1:7");
  EXPECT_EQ(headers["ce_source"], "tollgate:entitlements");
  EXPECT_EQ(headers["ce_type"], "com.tollgate.entitlements.changed");
  EXPECT_EQ(headers["ce_subject"], "usr_1");
  EXPECT_EQ(headers["ce_time"], "2026-12-11T14:40:00Z");
  EXPECT_EQ(headers["content-type"], "application/protobuf");
}

}  // namespace
}  // namespace tollgate::events
