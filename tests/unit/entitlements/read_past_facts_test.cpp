// SPDX-License-Identifier: Apache-2.0
#include "entitlements/read/read_past_facts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "entitlements/read/read_explanation.hpp"
#include "stripe/object_json.hpp"
#include "tests/unit/entitlements/memory_facts.hpp"
#include "tests/unit/entitlements/user_facts_builder.hpp"

namespace tollgate::entitlements {
namespace {

using std::chrono::seconds;

class PastFactsTest : public testing::Test {
 protected:
  /// A subscription of usr_1's customer, with an event for each status, a second apart.
  void tell(const std::vector<std::string>& statuses) {
    stripe::Subscription subscription;
    subscription.id = "sub_1";
    subscription.customer = "cus_1";
    subscription.user_id = "usr_1";
    subscription.items = {item("prod_basic")};
    Time at = bought;
    for (const std::string& status : statuses) {
      subscription.status = status;
      EventRow& event = facts_.events.emplace_back();
      event.key.id = "evt_" + std::to_string(facts_.events.size());
      event.type = "customer.subscription.updated";
      event.created = at;
      event.kind = stripe::ObjectKind::subscription;
      event.object_id = subscription.id;
      event.state = stripe::to_json(subscription);
      at += seconds{1};
    }
    ObjectRow& row = facts_.objects.emplace_back();
    row.key.id = "sub_1";
    row.owner_id = row.customer_id = "cus_1";
    row.kind = stripe::ObjectKind::subscription;
    row.newest.state = facts_.events.back().state;
    row.newest.status = statuses.back();
    row.newest.event_id = facts_.events.back().key.id;
    facts_.claims["usr_1"] = {{"", false, "cus_1"}};
  }

  std::string reason_at(std::optional<Time> at) {
    const auto explanation = explain(facts_, catalog_, "usr_1", at, bought + seconds{60});
    if (explanation->verdicts.empty()) return "nothing";
    return explanation->verdicts.front().verdict.reason;
  }

  const Catalog catalog_ = test_mode_shop();
  MemoryFacts facts_;
};

TEST_F(PastFactsTest, AnObjectIsAsTheEventsOfThatTimeTellIt) {
  tell({"active", "past_due", "canceled"});
  EXPECT_EQ(reason_at(bought - seconds{1}), "nothing");
  EXPECT_EQ(reason_at(bought), "active");
  EXPECT_EQ(reason_at(bought + seconds{1}), "past_due_grace");
  EXPECT_EQ(reason_at(bought + seconds{2}), "canceled");
  EXPECT_EQ(reason_at(std::nullopt), "canceled");
}

TEST_F(PastFactsTest, ATimeBetweenTwoSecondsBelongsToTheFirst) {
  tell({"active", "canceled"});
  EXPECT_EQ(reason_at(bought + std::chrono::milliseconds{999}), "active");
}

TEST_F(PastFactsTest, MoreEventsThanOneQuestionMayReadAreRefusedRatherThanLeftOut) {
  tell(std::vector<std::string>(past_events_max, "active"));
  EXPECT_EQ(reason_at(bought + days{1}), "active");
  tell(std::vector<std::string>(1, "canceled"));
  facts_.objects.pop_back();
  facts_.events.back().created = bought + days{1};
  EXPECT_FALSE(explain(facts_, catalog_, "usr_1", bought + days{1}, bought));
  EXPECT_EQ(reason_at(std::nullopt), "active");
}

TEST_F(PastFactsTest, AGrantThatIsOverIsStillExplained) {
  tell({"active"});
  const auto explanation = explain(facts_, catalog_, "usr_1", period_ends + days{3}, bought);
  ASSERT_EQ(explanation->verdicts.size(), 1U);
  EXPECT_FALSE(explanation->verdicts.front().in_force);
  EXPECT_EQ(explanation->verdicts.front().until, period_ends + days{2});
  EXPECT_EQ(explanation->answer.plan, "free");
}

}  // namespace
}  // namespace tollgate::entitlements
