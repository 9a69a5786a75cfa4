// SPDX-License-Identifier: Apache-2.0
#include "base/metrics.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tollgate {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Metrics, AreRenderedAsPrometheusText) {
  Metrics metrics;
  metrics.counter("events_total", "Events taken", {{"type", "invoice.paid"}}).Increment(3);
  metrics.gauge("in_flight", "Requests under way").Set(2);
  const std::string text = metrics.render();
  EXPECT_THAT(text, HasSubstr("# HELP events_total Events taken\n# TYPE events_total counter\n"));
  EXPECT_THAT(text, HasSubstr("events_total{type=\"invoice.paid\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("in_flight 2\n"));
}

TEST(Metrics, OfOneNameAndLabelsAreOne) {
  Metrics metrics;
  Counter& first = metrics.counter("events_total", "Events taken", {{"type", "a"}});
  EXPECT_EQ(&first, &metrics.counter("events_total", "Events taken", {{"type", "a"}}));
  EXPECT_NE(&first, &metrics.counter("events_total", "Events taken", {{"type", "b"}}));
}

TEST(Metrics, CountIntoBuckets) {
  Metrics metrics;
  Histogram& seconds = metrics.histogram("wait_seconds", "Waits", {0.1, 1});
  seconds.Observe(0.05);
  seconds.Observe(0.5);
  seconds.Observe(5);
  const std::string text = metrics.render();
  EXPECT_THAT(text, HasSubstr("wait_seconds_bucket{le=\"0.1\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("wait_seconds_bucket{le=\"1\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("wait_seconds_bucket{le=\"+Inf\"} 3\n"));
}

TEST(Metrics, EscapeLabelsThatStrangersChose) {
  Metrics metrics;
  metrics.counter("events_total", "Events", {{"type", "a\"} 9\nfake 1\\"}}).Increment();
  EXPECT_THAT(metrics.render(), HasSubstr("{type=\"a\\\"} 9\\nfake 1\\\\\"} 1\n"));
}

TEST(CounterByLabel, CountsByValueUpToItsLimit) {
  Metrics metrics;
  CounterByLabel events{metrics, "events_total", "Events", "type", 2, {{"outcome", "accepted"}}};
  events.of("a").Increment();
  events.of("b").Increment();
  events.of("c").Increment();
  events.of("d").Increment();
  events.of("a").Increment();
  const std::string text = metrics.render();
  EXPECT_THAT(text, HasSubstr("events_total{outcome=\"accepted\",type=\"a\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("events_total{outcome=\"accepted\",type=\"b\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("events_total{outcome=\"accepted\",type=\"other\"} 2\n"));
  EXPECT_THAT(text, Not(HasSubstr("type=\"c\"")));
}

TEST(LatencyBuckets, RiseFromAHundredMicrosecondsToTenSeconds) {
  const auto& bounds = latency_buckets_s();
  EXPECT_EQ(bounds.front(), 0.0001);
  EXPECT_EQ(bounds.back(), 10.0);
  EXPECT_TRUE(std::is_sorted(bounds.begin(), bounds.end()));
}

}  // namespace
}  // namespace tollgate
