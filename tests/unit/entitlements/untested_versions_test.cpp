// SPDX-License-Identifier: Apache-2.0
#include "entitlements/domain/untested_versions.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tollgate::entitlements {
namespace {

using testing::HasSubstr;
using testing::Not;

class UntestedVersionsTest : public testing::Test {
 protected:
  /// What the log got when one batch of such events came.
  std::string note(const std::vector<std::string>& versions) {
    std::vector<EventRow> events;
    for (const std::string& version : versions) {
      EventRow& event = events.emplace_back();
      event.key.id = "evt_" + std::to_string(events.size());
      event.api_version = version;
    }
    testing::internal::CaptureStderr();
    versions_.note(events);
    return testing::internal::GetCapturedStderr();
  }
  double counted(const std::string& version) {
    return metrics_
        .counter("tollgate_untested_version_events_total",
                 "Events of an API version that the normaliser was not tested with",
                 {{"api_version", version}})
        .Value();
  }

  Metrics metrics_;
  UntestedVersions versions_{metrics_};
};

TEST_F(UntestedVersionsTest, CountsEachEventAndTellsEachVersionOnce) {
  const std::string first = note({"2019-12-03", "2024-06-20", "2019-12-03"});
  EXPECT_THAT(first, HasSubstr(R"("api_version":"2019-12-03")"));
  EXPECT_THAT(first, HasSubstr(R"("event_id":"evt_1")"));
  EXPECT_THAT(first, Not(HasSubstr("evt_3")));
  const std::string second = note({"2019-12-03", "2999-01-01.zinnia"});
  EXPECT_THAT(second, Not(HasSubstr("2019-12-03")));
  EXPECT_THAT(second, HasSubstr("2999-01-01.zinnia"));
  EXPECT_EQ(counted("2019-12-03"), 3);
  EXPECT_EQ(counted("2999-01-01.zinnia"), 1);
}

TEST_F(UntestedVersionsTest, SaysNothingOfTestedVersionsAndOfEventsWithoutOne) {
  EXPECT_EQ(note({"2024-06-20", "2025-03-31.basil", ""}), "");
  EXPECT_THAT(metrics_.render(), Not(HasSubstr("api_version=")));
}

TEST_F(UntestedVersionsTest, CountsVersionsBeyondTheBoundTogetherAndTellsThemNoMore) {
  for (std::size_t year = 0; year < UntestedVersions::versions_max; ++year) {
    EXPECT_NE(note({std::to_string(3000 + year) + "-01-01"}), "");
  }
  EXPECT_EQ(note({"4000-01-01", "4001-01-01"}), "");
  EXPECT_EQ(counted("other"), 2);
}

}  // namespace
}  // namespace tollgate::entitlements
