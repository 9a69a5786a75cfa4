// SPDX-License-Identifier: Apache-2.0
#include "entitlements/resolve_and_sweep.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "entitlements/events_consumer.hpp"
#include "entitlements/postgres_entitlements_store.hpp"
#include "entitlements/postgres_fetch_store.hpp"
#include "entitlements/postgres_sweep_store.hpp"
#include "tests/integration/entitlements/buyer.hpp"
#include "tests/integration/entitlements/fake_stripe.hpp"
#include "tests/integration/entitlements/topic.hpp"
#include "tests/integration/entitlements/writer.hpp"

namespace tollgate::entitlements {
namespace {

using tests::event_body;
using tests::FakeStripe;
using tests::MigratedSchema;

constexpr std::chrono::seconds patience{40};

template <class Fact>
bool wait_until(Fact fact) {
  const auto give_up = std::chrono::steady_clock::now() + patience;
  while (!fact()) {
    if (std::chrono::steady_clock::now() > give_up) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds{20});
  }
  return true;
}

/// An instance of the service but for its reads.
struct Instance {
  Instance(const MigratedSchema& database, kafka::ConsumerOptions consumer_options,
           ResolveAndSweepOptions options)
      : store(make_postgres_entitlements_store(database.schema().options())),
        fetches(make_postgres_fetch_store(database.schema().options())),
        sweeps(make_postgres_sweep_store(database.schema().options())),
        apply_events(*store, tests::development_catalog(), clock, metrics, options.topic),
        consumer(std::move(consumer_options), apply_events, metrics),
        asking(std::move(options), *fetches, *sweeps, clock, metrics) {}

  Metrics metrics;
  SystemClock clock;
  std::unique_ptr<EntitlementsStore> store;
  std::unique_ptr<FetchStore> fetches;
  std::unique_ptr<SweepStore> sweeps;
  ApplyEvents apply_events;
  EventsConsumer consumer;
  ResolveAndSweep asking;
};

class ResolveAndSweepTest : public testing::Test {
 protected:
  static std::int64_t now() { return to_unix_seconds(SystemClock{}.now()); }

  ResolveAndSweepOptions options(const std::string& key = "sk_test_fake") {
    return {.stripe = {stripe::Mode::test, key, stripe_.url()},
            .kafka_properties = tests::kafka_properties(),
            .topic = topic_.name(),
            .accounts = {""},
            .requests_per_second = 20,
            .sweep_interval = std::chrono::seconds{1},
            .on_fatal = [](const std::string& reason) { FAIL() << reason; }};
  }
  std::unique_ptr<Instance> start(const std::string& key = "sk_test_fake") {
    return std::make_unique<Instance>(database_, topic_.consumer_options(), options(key));
  }

  static std::string subscription(const std::string& status) {
    return R"({"id": "sub_1", "object": "subscription")" + values(status) + "}";
  }
  static std::string values(const std::string& status) {
    return R"(, "customer": "cus_1", "status": ")" + status +
           R"(", "metadata": {"user_id": "usr_1"}, "items": {"object": "list", "data": [)" +
           R"({"id": "si_1", "quantity": 1, "current_period_start": 1795000000, )" +
           R"("current_period_end": 1900000000, "price": {"id": "price_1", )" +
           R"("product": "prod_tollgate_professional"}}], "has_more": false})";
  }
  static std::string told(const std::string& id, const std::string& verb, const std::string& status,
                          std::int64_t created) {
    return event_body(id, "customer.subscription." + verb, created,
                      {"sub_1", "subscription", values(status)});
  }
  static std::string thin(const std::string& id, std::int64_t created) {
    return R"({"id": ")" + id + R"(", "object": "v2.core.event", "livemode": false, )" +
           R"("type": "v1.customer.subscription.updated", "created": ")" +
           format_rfc3339(from_unix_seconds(created)) +
           R"(", "related_object": {"id": "sub_1", "type": "subscription", )" +
           R"("url": "/v1/subscriptions/sub_1"}})";
  }

  bool says(const std::string& select, const std::string& expected) {
    return wait_until([&] {
      const auto rows = database_.rows(select);
      return !rows.empty() && rows.front() == expected;
    });
  }
  bool status_becomes(const std::string& status, const std::string& tie = "sole") {
    return says("select status, tie from stripe_objects where id = 'sub_1'", status + "|" + tie);
  }
  std::int64_t fetched_events() {
    return database_.number("select count(*) from events where type = 'com.tollgate.fetched'");
  }

  static std::int64_t count_of(const Instance& instance, const std::string& name,
                               const std::string& outcome) {
    const std::string line = "tollgate_" + name + "_total{outcome=\"" + outcome + "\"} ";
    const std::string metrics = instance.metrics.render();
    const auto found = metrics.find(line);
    return found == std::string::npos ? 0 : std::stoll(metrics.substr(found + line.size()));
  }
  static std::int64_t finished_sweeps(const Instance& instance) {
    return count_of(instance, "sweeps", "finished");
  }

  MigratedSchema database_;
  tests::Topic topic_{3};
  FakeStripe stripe_;
};

TEST_F(ResolveAndSweepTest, SettlesATieWithWhatStripeSays) {
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

TEST_F(ResolveAndSweepTest, DoesNotAskWhereAFurtherEventSettlesTheTieInTime) {
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

TEST_F(ResolveAndSweepTest, FetchesWhatAThinEventNamesUntilTheSecondIsOver) {
  stripe_.put("/v1/subscriptions/sub_1", subscription("active"));
  const auto instance = start();
  topic_.publish({thin("evt_1", now())});
  ASSERT_TRUE(says("select status, asked_at is null from stripe_objects where id = 'sub_1'",
                   "active|true"));
  EXPECT_EQ(database_.answer_of("usr_1").plan, "professional");
  EXPECT_LE(stripe_.count("/v1/subscriptions/sub_1"), 3U);
}

TEST_F(ResolveAndSweepTest, FetchesAgainWhenTheAnswerIsOfTheVerySecondOfAChange) {
  stripe_.put("/v1/subscriptions/sub_1", subscription("active"));
  const auto instance = start();
  // Stripe's clock is ahead of ours by some seconds: answers come too early to be newer.
  topic_.publish({thin("evt_1", now() + 3)});
  ASSERT_TRUE(says("select status, asked_at is null from stripe_objects where id = 'sub_1'",
                   "active|true"));
  EXPECT_TRUE(says("select state from fetches where object_id = 'sub_1'", "answered") ||
              database_.number("select count(*) from fetches") == 0);
}

TEST_F(ResolveAndSweepTest, LeavesTheFactsAndShowsWhatStripeDoesNotKnow) {
  const auto instance = start();
  topic_.publish({told("evt_1", "updated", "active", now() - 60), thin("evt_2", now() - 30)});
  ASSERT_TRUE(says("select state from fetches where object_id = 'sub_1'", "not_found"));
  EXPECT_EQ(database_.rows("select status from stripe_objects where id = 'sub_1'"),
            std::vector<std::string>{"active"});
  EXPECT_EQ(fetched_events(), 0);
}

TEST_F(ResolveAndSweepTest, GoesOnAfterA429AndAnOutage) {
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

TEST_F(ResolveAndSweepTest, FindsWhoseARefundIsWhenNoEventToldItsPayment) {
  stripe_.put("/v1/payment_intents/pi_1",
              R"({"id": "pi_1", "object": "payment_intent", "customer": "cus_1"})");
  const auto instance = start();
  topic_.publish({event_body("evt_1", "refund.created", now() - 60,
                             {"re_1", "refund", R"(, "payment_intent": "pi_1", "charge": "ch_1",
                              "amount": 500, "status": "succeeded")"})});
  ASSERT_TRUE(says("select reason from fetches where object_id = 'pi_1'", "link"));
  EXPECT_TRUE(says("select owner_id from stripe_objects where id = 're_1'", "cus_1"));
}

TEST_F(ResolveAndSweepTest, FetchesTheItemsOfASubscriptionThatAreCutShort) {
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

TEST_F(ResolveAndSweepTest, FetchesWhatASessionBought) {
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

TEST_F(ResolveAndSweepTest, OnlyQueuesWithoutAKey) {
  const auto instance = start("");
  topic_.publish({thin("evt_1", now() - 30), told("evt_2", "updated", "active", now() - 60)});
  ASSERT_TRUE(says("select reason, state from fetches", "thin|waiting"));
  EXPECT_TRUE(wait_until([&] {
    return instance->metrics.render().find("tollgate_fetches_waiting 1") != std::string::npos;
  }));
  EXPECT_TRUE(stripe_.requests().empty());
}

TEST_F(ResolveAndSweepTest, HealsALostWebhookAndPublishesNothingThatIsKnown) {
  const std::string lost = told("evt_2", "updated", "active", now() - 20);
  const std::string arrived = told("evt_1", "created", "incomplete", now() - 40);
  stripe_.put_list("/v1/events", {lost, arrived}, 1);
  topic_.publish({arrived});
  const auto instance = start();
  ASSERT_TRUE(status_becomes("active"));
  EXPECT_EQ(database_.rows("select outcome from events where id = 'evt_2'"),
            std::vector<std::string>{"fact"});
  const auto finished = [&](int sweeps) {
    return wait_until([&] { return finished_sweeps(*instance) >= sweeps; });
  };
  ASSERT_TRUE(finished(1));
  const std::int64_t published = count_of(*instance, "swept_events", "published");
  const std::int64_t known = count_of(*instance, "swept_events", "known");
  EXPECT_LE(published, 2);  // The other one may not have been read yet when it was listed.
  ASSERT_TRUE(finished(3));
  EXPECT_EQ(count_of(*instance, "swept_events", "published"), published);
  EXPECT_GT(count_of(*instance, "swept_events", "known"), known);
}

TEST_F(ResolveAndSweepTest, TwoInstancesAskEachQuestionOnceAndSweepInTurn) {
  std::vector<std::string> events;
  for (int i = 0; i < 60; ++i) {
    const std::string id = "cus_" + std::to_string(i);
    stripe_.put("/v1/customers/" + id, R"({"id": ")" + id + R"(", "object": "customer"})");
    events.push_back(
        R"({"id": "evt_)" + id + R"(", "object": "v2.core.event", "livemode": false, )" +
        R"("type": "v1.customer.updated", "created": "2026-01-01T00:00:00Z", )" +
        R"("related_object": {"id": ")" + id + R"(", "type": "customer", "url": ""}})");
  }
  stripe_.put_list("/v1/events", {});
  const auto one = start();
  const auto two = start();
  topic_.publish(events);
  ASSERT_TRUE(
      says("select count(*) from stripe_objects where kind = 'customer' and not asked_at "
           "is not null and state is not null",
           "60"));
  for (int i = 0; i < 60; ++i) {
    EXPECT_EQ(stripe_.count("/v1/customers/cus_" + std::to_string(i)), 1U) << i;
  }
  EXPECT_EQ(fetched_events(), 60);
}

}  // namespace
}  // namespace tollgate::entitlements
