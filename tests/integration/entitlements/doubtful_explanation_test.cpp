// SPDX-License-Identifier: Apache-2.0
// What is explained of facts that thin events alone told, and of those that leave something open.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/integration/entitlements/reader.hpp"

namespace tollgate::entitlements {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using tests::Buyer;

class DoubtfulExplanationTest : public testing::Test {
 protected:
  tests::MigratedSchema database_;
  tests::Writer writer_{database_};
  tests::Reader reader_{database_};
  Buyer buyer_{"1"};
};

std::string thin_body(const std::string& verb, const Buyer& buyer, std::int64_t created) {
  return R"({"id": "evt_thin_)" + verb + R"(", "object": "v2.core.event", "livemode": false,)" +
         R"("type": "v1.customer.subscription.)" + verb + R"(", "created": ")" +
         format_rfc3339(from_unix_seconds(created)) + R"(", "related_object": {"id": ")" +
         buyer.subscription + R"(", "type": "subscription", "url": ""}})";
}

TEST_F(DoubtfulExplanationTest, WhileThinEventsAloneToldOfASubscriptionItGrantsNothing) {
  writer_.apply({buyer_.customer_created(), buyer_.session_completed()});
  writer_.apply({thin_body("active", buyer_, Buyer::begun + 10)});
  const auto nothing = AllOf(HasSubstr(R"("plan":"free")"), HasSubstr(R"("grants":[])"),
                             HasSubstr(R"("verdicts":[],"conflicts":[],"alerts":[])"));
  EXPECT_THAT(reader_.explain(buyer_.user_id), nothing);
  EXPECT_THAT(reader_.explain(buyer_.user_id, Buyer::begun + 10), nothing);
  EXPECT_THAT(reader_.explain(buyer_.user_id, Buyer::begun + 9), nothing);
}

/// The event does not say what was before.
std::string without_previous(std::string body) {
  const std::size_t begin = body.find(", \"previous_attributes\"");
  return body.erase(begin, body.find("}, \"livemode\"") - begin);
}

TEST_F(DoubtfulExplanationTest, WhatThinEventsToldDecidesSinceWhenAtAPastTimeToo) {
  writer_.apply({buyer_.customer_created(), buyer_.session_completed()});
  writer_.apply({without_previous(buyer_.subscription_is("past_due", Buyer::begun + 500))});
  writer_.apply({thin_body("past_due", buyer_, Buyer::begun + 100),
                 thin_body("active", buyer_, Buyer::begun + 10)});
  const std::string until =
      R"("until":")" + format_rfc3339(from_unix_seconds(Buyer::begun + 100 + 7 * Buyer::day_s));
  for (const std::int64_t second : {499, 100, 10}) {
    EXPECT_THAT(reader_.explain(buyer_.user_id, Buyer::begun + second),
                AllOf(HasSubstr(R"("plan":"free")"), HasSubstr(R"("verdicts":[])")))
        << second;
  }
  EXPECT_THAT(reader_.explain(buyer_.user_id, Buyer::begun + 500),
              AllOf(HasSubstr(R"("reason":"past_due_grace")"), HasSubstr(until)));
  EXPECT_THAT(reader_.explain(buyer_.user_id), HasSubstr(until));
}

TEST_F(DoubtfulExplanationTest, WhatIsDecidedWithoutFullKnowledgeSaysSo) {
  writer_.apply(buyer_.first_checkout());
  EXPECT_THAT(reader_.explain(buyer_.user_id), HasSubstr(R"("alerts":[])"));
  const auto told = [&](const std::string& verb, const std::string& status) {
    return tests::event_body(
        "evt_" + verb, "customer.subscription." + verb, Buyer::begun + 100,
        {buyer_.subscription, "subscription",
         tests::member("customer", buyer_.customer) + tests::member("status", status)});
  };
  writer_.apply({told("paused", "paused"), told("resumed", "active")});
  EXPECT_THAT(reader_.explain(buyer_.user_id),
              HasSubstr(R"("alerts":[{"code":"ambiguous","id":"sub_1"}])"));
  writer_.apply({thin_body("updated", buyer_, Buyer::begun + 200)});
  EXPECT_THAT(reader_.explain(buyer_.user_id), HasSubstr(R"({"code":"not_fetched","id":"sub_1"})"));
  EXPECT_THAT(reader_.explain(buyer_.user_id, Buyer::begun + 99), HasSubstr(R"("alerts":[])"));
}

TEST_F(DoubtfulExplanationTest, AStatusThatNobodyKnowsIsAnAlertInMetricAndLog) {
  writer_.apply({buyer_.customer_created(), buyer_.session_completed()});
  testing::internal::CaptureStderr();
  writer_.apply({buyer_.subscription_is("frozen", Buyer::begun + 100)});
  const std::string log = testing::internal::GetCapturedStderr();
  EXPECT_THAT(log, AllOf(HasSubstr(R"("code":"unknown_status")"), HasSubstr(R"("sub_1")")));
  EXPECT_THAT(writer_.metrics.render(),
              HasSubstr(R"(tollgate_derive_alerts_total{code="unknown_status"} 1)"));
  EXPECT_THAT(reader_.explain(buyer_.user_id),
              HasSubstr(R"("alerts":[{"code":"unknown_status","id":"sub_1"}])"));
}

}  // namespace
}  // namespace tollgate::entitlements
