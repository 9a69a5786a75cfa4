// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "tests/integration/entitlements/asking_test_case.hpp"

namespace tollgate::entitlements {
namespace {

using tests::event_body;
using tests::wait_until;

class ResolveTest : public tests::AskingTest {};

TEST_F(ResolveTest, SettlesATieWithWhatStripeSays) {
  stripe_.put("/v1/subscriptions/sub_1", subscription("active"));
  const auto instance = start();
  const std::int64_t at = now();
  topic_.publish({told("evt_1", "paused", "paused", at), told("evt_2", "resumed", "active", at)});
  ASSERT_TRUE(says("select tie from stripe_objects where id = 'sub_1'", "ambiguous"));
  EXPECT_EQ(database_.rows("select reason, state from fetches"),
            std::vector<std::string>{"tie|waiting"});
  ASSERT_TRUE(status_becomes("active"));
  EXPECT_GE(now() - at, 4);
  EXPECT_TRUE(says("select count(*) from fetches where state = 'waiting'", "0"));
  EXPECT_EQ(stripe_.count("/v1/subscriptions/sub_1"), 1U);
  EXPECT_EQ(database_.answer_of("usr_1").plan, "professional");
}

TEST_F(ResolveTest, DoesNotAskWhereAFurtherEventSettlesTheTieInTime) {
  stripe_.put("/v1/subscriptions/sub_1", subscription("active"));
  const auto instance = start();
  const std::int64_t at = now();
  topic_.publish({told("evt_1", "paused", "paused", at), told("evt_2", "resumed", "active", at)});
  ASSERT_TRUE(says("select tie from stripe_objects where id = 'sub_1'", "ambiguous"));
  topic_.publish({told("evt_3", "updated", "past_due", at + 1)});
  ASSERT_TRUE(status_becomes("past_due"));
  EXPECT_EQ(database_.number("select count(*) from fetches"), 0);
  EXPECT_EQ(stripe_.count("/v1/subscriptions/sub_1"), 0U);
}

TEST_F(ResolveTest, FetchesWhatAThinEventNamesUntilTheSecondIsOver) {
  stripe_.put("/v1/subscriptions/sub_1", subscription("active"));
  const auto instance = start();
  topic_.publish({thin("evt_1", now())});
  ASSERT_TRUE(says("select status, asked_at is null from stripe_objects where id = 'sub_1'",
                   "active|true"));
  EXPECT_EQ(database_.answer_of("usr_1").plan, "professional");
  EXPECT_LE(stripe_.count("/v1/subscriptions/sub_1"), 3U);
}

TEST_F(ResolveTest, AsksWhatAKilledInstanceHadClaimedOnceItsLeaseIsOver) {
  stripe_.put("/v1/subscriptions/sub_1", subscription("active"));
  const SystemClock clock;
  {
    const auto keyless = start("");
    topic_.publish({thin("evt_1", now() - 30)});
    ASSERT_TRUE(says("select state from fetches", "waiting"));
  }
  const auto killed = make_postgres_fetch_store(database_.schema().options());
  const Time lease_end = clock.now() + std::chrono::seconds{4};
  ASSERT_EQ(killed->claim(false, clock.now(), lease_end, 10).size(), 1U);
  const auto instance = start();
  ASSERT_TRUE(status_becomes("active"));
  EXPECT_GE(clock.now(), std::chrono::floor<std::chrono::seconds>(lease_end));
  // Applied before it was noted, the answer has withdrawn its question.
  EXPECT_EQ(database_.number("select coalesce(max(attempts), 2) from fetches"), 2);
}

TEST_F(ResolveTest, IsNotHarmedByAnAnswerThatIsPublishedTwice) {
  stripe_.put("/v1/subscriptions/sub_1", subscription("active"));
  const auto instance = start();
  topic_.publish({thin("evt_1", now() - 30)});
  ASSERT_TRUE(says("select state from fetches", "answered"));
  ASSERT_TRUE(status_becomes("active"));
  // Killed after the publication: the row still waits, and is asked about again.
  database_.execute("update fetches set state = 'waiting', leased_until = now()");
  ASSERT_TRUE(wait_until([&] { return fetched_events() == 2; }));
  ASSERT_TRUE(says("select state from fetches", "answered"));
  EXPECT_TRUE(status_becomes("active"));
  EXPECT_EQ(database_.number("select version from user_entitlements where user_id = 'usr_1'"), 1);
}

TEST_F(ResolveTest, FetchesAgainWhenTheAnswerIsOfTheVerySecondOfAChange) {
  stripe_.put("/v1/subscriptions/sub_1", subscription("active"));
  const auto instance = start();
  // Stripe's clock is ahead of ours by some seconds: answers come too early to be newer.
  topic_.publish({thin("evt_1", now() + 3)});
  ASSERT_TRUE(says("select status, asked_at is null from stripe_objects where id = 'sub_1'",
                   "active|true"));
  EXPECT_TRUE(says("select state from fetches where object_id = 'sub_1'", "answered") ||
              database_.number("select count(*) from fetches") == 0);
}

TEST_F(ResolveTest, LeavesTheFactsAndShowsWhatStripeDoesNotKnow) {
  const auto instance = start();
  topic_.publish({told("evt_1", "updated", "active", now() - 60), thin("evt_2", now() - 30)});
  ASSERT_TRUE(says("select state from fetches where object_id = 'sub_1'", "not_found"));
  EXPECT_EQ(database_.rows("select status from stripe_objects where id = 'sub_1'"),
            std::vector<std::string>{"active"});
  EXPECT_EQ(fetched_events(), 0);
}

TEST_F(ResolveTest, GoesOnAfterA429AndAnOutage) {
  stripe_.put("/v1/subscriptions/sub_1", subscription("active"));
  stripe_.put_list("/v1/events", {});
  const auto instance = start();
  stripe_.fail(429, 2);
  topic_.publish({thin("evt_1", now() - 30)});
  ASSERT_TRUE(status_becomes("active"));
  stripe_.fail(503, 4);
  stripe_.put("/v1/subscriptions/sub_1", subscription("past_due"));
  topic_.publish({thin("evt_2", now())});
  ASSERT_TRUE(status_becomes("past_due"));
}

TEST_F(ResolveTest, FindsWhoseARefundIsWhenNoEventToldItsPayment) {
  stripe_.put("/v1/payment_intents/pi_1",
              R"({"id": "pi_1", "object": "payment_intent", "customer": "cus_1"})");
  const auto instance = start();
  topic_.publish({event_body("evt_1", "refund.created", now() - 60,
                             {"re_1", "refund", R"(, "payment_intent": "pi_1", "charge": "ch_1",
                              "amount": 500, "status": "succeeded")"})});
  ASSERT_TRUE(says("select reason from fetches where object_id = 'pi_1'", "link"));
  EXPECT_TRUE(says("select owner_id from stripe_objects where id = 're_1'", "cus_1"));
}

TEST_F(ResolveTest, FetchesTheItemsOfASubscriptionThatAreCutShort) {
  std::string cut = values("active");
  cut.replace(cut.find("\"has_more\": false"), 17, "\"has_more\": true");
  stripe_.put("/v1/subscriptions/sub_1", R"({"id": "sub_1", "object": "subscription")" + cut + "}");
  stripe_.put_list(
      "/v1/subscription_items",
      {R"({"id": "si_1", "price": "price_1"})", R"({"id": "si_2", "price": "price_2"})",
       R"({"id": "si_3", "price": "price_3"})"},
      2);
  const auto instance = start();
  topic_.publish({event_body("evt_1", "customer.subscription.updated", now() - 60,
                             {"sub_1", "subscription", cut})});
  EXPECT_TRUE(
      says("select jsonb_array_length(state->'items'), state ? 'items_truncated' "
           "from stripe_objects where id = 'sub_1'",
           "3|false"));
  EXPECT_GE(stripe_.count("/v1/subscription_items"), 2U);
}

TEST_F(ResolveTest, FetchesWhatASessionBought) {
  const std::string session =
      R"(, "mode": "payment", "status": "complete", "payment_status": "paid",
         "client_reference_id": "usr_9", "customer": "cus_9", "payment_intent": "pi_9")";
  stripe_.put("/v1/checkout/sessions/cs_9",
              R"({"id": "cs_9", "object": "checkout.session")" + session +
                  R"(, "line_items": {"object": "list", "data": [{"id": "li_1", "quantity": 1,
                  "price": {"id": "p", "product": "prod_tollgate_handbook"}}],
                  "has_more": false}})");
  const auto instance = start();
  topic_.publish({event_body("evt_1", "checkout.session.completed", now() - 60,
                             {"cs_9", "checkout.session", session})});
  EXPECT_TRUE(
      wait_until([&] { return database_.answer_of("usr_9").features.contains("handbook"); }));
}

TEST_F(ResolveTest, OnlyQueuesWithoutAKey) {
  const auto instance = start("");
  topic_.publish({thin("evt_1", now() - 30), told("evt_2", "updated", "active", now() - 60)});
  ASSERT_TRUE(says("select reason, state from fetches", "thin|waiting"));
  EXPECT_TRUE(wait_until([&] {
    return instance->metrics.render().find("tollgate_fetches_waiting 1") != std::string::npos;
  }));
  EXPECT_TRUE(stripe_.requests().empty());
}

}  // namespace
}  // namespace tollgate::entitlements
