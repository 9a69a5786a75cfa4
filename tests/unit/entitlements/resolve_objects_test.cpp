// SPDX-License-Identifier: Apache-2.0
#include "entitlements/resolve_objects.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>

#include "tests/unit/entitlements/asking.hpp"

namespace tollgate::entitlements {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using stripe::ObjectKind;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

/// What the loop tells the queue, in words; PostgreSQL's queue has integration tests.
class ScriptedFetchStore final : public FetchStore {
 public:
  std::vector<Fetch> claim(bool livemode, Time now, Time lease_end,
                           std::size_t fetches_max) override {
    EXPECT_FALSE(livemode);
    EXPECT_GT(lease_end, now + seconds{30});
    claimed_max.push_back(fetches_max);
    std::vector<Fetch> claimed;
    while (!due.empty() && claimed.size() < fetches_max) {
      claimed.push_back(due.front());
      due.pop_front();
    }
    return claimed;
  }
  void note_answered(const Fetch& fetch, Time as_of, Time, Time) override {
    said.push_back(fetch.object.id + " answered " + std::to_string(to_unix_seconds(as_of)));
  }
  void give_back(const Fetch& fetch) override { said.push_back(fetch.object.id + " given back"); }
  void postpone(const Fetch& fetch, Time when, const std::string& fault) override {
    said.push_back(fetch.object.id + " postponed: " + fault);
    postponed_to.push_back(when);
  }
  void give_up(const Fetch& fetch, const std::string& state, const std::string&, Time) override {
    said.push_back(fetch.object.id + " " + state);
  }
  void prune(Time, Time) override { ++prunes; }
  FetchCounts count(bool, Time) override { return {static_cast<std::int64_t>(due.size()), 1, 7}; }

  std::deque<Fetch> due;
  std::vector<std::string> said;
  std::vector<Time> postponed_to;
  std::vector<std::size_t> claimed_max;
  int prunes = 0;
};

class ResolveObjectsTest : public testing::Test, protected tests::Asking {
 protected:
  void ask_about(ObjectKind kind, const std::string& id, FetchPart part = FetchPart::object,
                 std::int64_t attempts = 1) {
    store_.due.push_back({{"", false, id}, kind, part, 1, attempts});
  }
  milliseconds run_once() { return run(resolve_.run_once()); }

  ScriptedFetchStore store_;
  stripe::StripeApi api_ = api_with("sk_test_1");
  ResolveObjects resolve_{api_, store_, log, clock, metrics};
};

TEST_F(ResolveObjectsTest, PublishesTheAnswerUnderItsCustomerWithStripesTime) {
  ask_about(ObjectKind::subscription, "sub_1");
  const std::string body = R"({"id": "sub_1", "object": "subscription", "customer": "cus_1"})";
  client.answers(200, body);
  run_once();
  EXPECT_EQ(asked(0), "/v1/subscriptions/sub_1");
  ASSERT_THAT(log.answers, SizeIs(1));
  const FetchedObject& fetched = log.answers[0];
  EXPECT_EQ(fetched.body, body);
  EXPECT_EQ(fetched.object_id, "sub_1");
  EXPECT_EQ(fetched.customer_id, "cus_1");
  EXPECT_EQ(fetched.as_of, from_unix_seconds(1'795'219'200));
  EXPECT_THAT(store_.said, ElementsAre("sub_1 answered 1795219200"));
  EXPECT_TRUE(shows("tollgate_fetches_total{outcome=\"answered\"} 1"));
}

TEST_F(ResolveObjectsTest, AsksForEveryKindWhereStripeKeepsIt) {
  const std::pair<ObjectKind, const char*> rows[] = {
      {ObjectKind::customer, "/v1/customers/x"},
      {ObjectKind::subscription, "/v1/subscriptions/x"},
      {ObjectKind::invoice, "/v1/invoices/x"},
      {ObjectKind::invoice_payment, "/v1/invoice_payments/x"},
      {ObjectKind::checkout_session, "/v1/checkout/sessions/x?expand%5B0%5D=line_items"},
      {ObjectKind::payment_intent, "/v1/payment_intents/x"},
      {ObjectKind::charge, "/v1/charges/x"},
      {ObjectKind::refund, "/v1/refunds/x"},
      {ObjectKind::dispute, "/v1/disputes/x"},
  };
  for (const auto& [kind, path] : rows) {
    ask_about(kind, "x");
    client.answers(200, "{}");
    run_once();
    EXPECT_EQ(asked(client.requests.size() - 1), path);
  }
}

TEST_F(ResolveObjectsTest, CannotBeLedToAnotherPathByAnId) {
  ask_about(ObjectKind::refund, "../events?x#");
  client.answers(404, "{}");
  run_once();
  EXPECT_EQ(asked(0), "/v1/refunds/..%2Fevents%3Fx%23");
}

TEST_F(ResolveObjectsTest, FetchesAListThatIsCutShortWholeAndPutsItInPlace) {
  ask_about(ObjectKind::subscription, "sub_1");
  client
      .answers(200, R"({"id":"sub_1","object":"subscription","items":{"object":"list","data":[)"
                    R"({"id":"si_1"}],"has_more":true},"status":"active"})")
      .answers(200, R"({"data":[{"id":"si_1"},{"id":"si_2"}],"has_more":true})")
      .answers(200, R"({"data":[{"id":"si_3"}],"has_more":false})");
  run_once();
  EXPECT_EQ(asked(1), "/v1/subscription_items?subscription=sub_1&limit=100");
  EXPECT_EQ(asked(2), "/v1/subscription_items?subscription=sub_1&limit=100&starting_after=si_2");
  ASSERT_THAT(log.answers, SizeIs(1));
  EXPECT_EQ(log.answers[0].body,
            R"({"id":"sub_1","object":"subscription","items":{"object":"list","data":[)"
            R"({"id":"si_1"},{"id":"si_2"},{"id":"si_3"}],"has_more":false},"status":"active"})");
}

TEST_F(ResolveObjectsTest, PublishesNoHalfOfAList) {
  ask_about(ObjectKind::invoice, "in_1");
  client.answers(200, R"({"id":"in_1","lines":{"data":[],"has_more":true}})").answers(500, "{}");
  run_once();
  EXPECT_THAT(log.answers, IsEmpty());
  EXPECT_THAT(store_.said, ElementsAre("in_1 postponed: unavailable"));
}

TEST_F(ResolveObjectsTest, PublishesEveryPaymentOfAnInvoiceAndEveryRefundOfACharge) {
  ask_about(ObjectKind::invoice, "in_1", FetchPart::payments);
  ask_about(ObjectKind::charge, "ch_1", FetchPart::refunds);
  client
      .answers(200, R"({"data":[{"id":"inpay_1","object":"invoice_payment"},)"
                    R"({"id":"inpay_2","object":"invoice_payment"}],"has_more":false})")
      .answers(200, R"({"data":[{"id":"re_1","object":"refund"}],"has_more":false})");
  run_once();
  EXPECT_EQ(asked(0), "/v1/invoice_payments?invoice=in_1&limit=100");
  EXPECT_EQ(asked(1), "/v1/refunds?charge=ch_1&limit=100");
  ASSERT_THAT(log.answers, SizeIs(3));
  EXPECT_EQ(log.answers[0].object_id, "inpay_1");
  EXPECT_EQ(log.answers[1].object_id, "inpay_2");
  EXPECT_EQ(log.answers[2].object_id, "re_1");
}

TEST_F(ResolveObjectsTest, LeavesTheFactsWhenStripeDoesNotKnowTheObject) {
  ask_about(ObjectKind::customer, "cus_1");
  client.answers(404, R"({"error":{"type":"invalid_request_error","code":"resource_missing"}})");
  run_once();
  EXPECT_THAT(log.answers, IsEmpty());
  EXPECT_THAT(store_.said, ElementsAre("cus_1 not_found"));
}

TEST_F(ResolveObjectsTest, GivesUpWhatStripeRefusesAndGoesOnWithTheOthers) {
  ask_about(ObjectKind::charge, "ch_1");
  ask_about(ObjectKind::charge, "ch_2");
  client.answers(400, "{}").answers(200, R"({"id":"ch_2","object":"charge"})");
  run_once();
  EXPECT_THAT(store_.said, ElementsAre("ch_1 refused", "ch_2 answered 1795219200"));
}

TEST_F(ResolveObjectsTest, WaitsTwiceAsLongForEachFailedAttempt) {
  for (const std::int64_t attempts : {1, 2, 5, 50}) {
    ask_about(ObjectKind::charge, "ch_1", FetchPart::object, attempts);
    client.answers(500, "{}");
    run_once();
  }
  std::vector<std::int64_t> waits;
  for (const Time due : store_.postponed_to) {
    waits.push_back(std::chrono::duration_cast<seconds>(due - clock.time).count());
  }
  EXPECT_THAT(waits, ElementsAre(1, 2, 16, 600));
}

TEST_F(ResolveObjectsTest, AsksNothingMoreInARoundOnceStripeIsAway) {
  for (int i = 0; i < 20; ++i) ask_about(ObjectKind::charge, "ch_1");
  for (int i = 0; i < 20; ++i) client.fails(http::ClientFault::cannot_connect);
  EXPECT_EQ(run_once(), seconds{1});
  EXPECT_LE(client.requests.size(), 8U);  // Those under way when the first one failed.
  EXPECT_THAT(store_.said, SizeIs(20));
  EXPECT_THAT(log.answers, IsEmpty());
}

TEST_F(ResolveObjectsTest, GivesBackWhatItDidNotAskAndPostponesOnlyWhatItAsked) {
  for (int i = 0; i < 20; ++i) ask_about(ObjectKind::charge, "ch_1");
  for (int i = 0; i < 20; ++i) client.fails(http::ClientFault::cannot_connect);
  run_once();
  EXPECT_LE(store_.postponed_to.size(), 8U);
  EXPECT_EQ(std::ranges::count(store_.said, "ch_1 given back") + store_.postponed_to.size(), 20U);
}

TEST_F(ResolveObjectsTest, AsksTheOthersWhenOneMayNotBeAsked) {
  store_.due.push_back({{"acct_1", false, "ch_1"}, ObjectKind::charge, FetchPart::object, 1, 1});
  ask_about(ObjectKind::charge, "ch_2");
  client.answers(403, R"({"error":{"type":"invalid_request_error","code":"account_invalid"}})")
      .answers(200, R"({"id":"ch_2","object":"charge"})");
  EXPECT_EQ(run_once(), seconds{1});
  ask_about(ObjectKind::charge, "ch_3");
  client.answers(200, R"({"id":"ch_3","object":"charge"})");
  run_once();
  EXPECT_THAT(store_.said,
              ElementsAre("ch_1 postponed: unauthorized invalid_request_error account_invalid",
                          "ch_2 answered 1795219200", "ch_3 answered 1795219200"));
  EXPECT_THAT(store_.claimed_max, ElementsAre(40, 40));
}

TEST_F(ResolveObjectsTest, TriesWithOneQuestionWhetherTroubleIsOver) {
  ask_about(ObjectKind::charge, "ch_1");
  client.fails(http::ClientFault::cannot_connect);
  EXPECT_EQ(run_once(), seconds{1});
  ask_about(ObjectKind::charge, "ch_1");
  client.answers(429, "{}");
  EXPECT_EQ(run_once(), seconds{2});
  ask_about(ObjectKind::charge, "ch_1");
  client.answers(401, "{}");
  EXPECT_EQ(run_once(), seconds{4});
  ask_about(ObjectKind::charge, "ch_1");
  client.answers(200, R"({"id":"ch_1","object":"charge"})");
  run_once();
  ask_about(ObjectKind::charge, "ch_1");
  client.answers(200, R"({"id":"ch_1","object":"charge"})");
  run_once();
  EXPECT_THAT(store_.claimed_max, ElementsAre(40, 1, 1, 1, 40));
}

TEST_F(ResolveObjectsTest, AsksAgainWhatKafkaDidNotTake) {
  ask_about(ObjectKind::charge, "ch_1");
  client.answers(200, R"({"id":"ch_1","object":"charge"})");
  log.away = true;
  EXPECT_EQ(run_once(), seconds{1});
  EXPECT_THAT(store_.said, ElementsAre("ch_1 postponed: not published: broker_away"));
}

TEST_F(ResolveObjectsTest, GivesUpAnAnswerThatIsTooLargeForTheLogAndGoesOn) {
  log.body_bytes_max = 50;
  ask_about(ObjectKind::charge, "ch_1");
  ask_about(ObjectKind::charge, "ch_2");
  client.answers(200, R"({"id":"ch_1","object":"charge","x":"a long description of it"})")
      .answers(200, R"({"id":"ch_2","object":"charge"})");
  run_once();
  EXPECT_THAT(store_.said, ElementsAre("ch_1 refused", "ch_2 answered 1795219200"));
}

TEST_F(ResolveObjectsTest, KeepsItsBudget) {
  stripe::StripeApi paced = api_with("sk_test_1", 20);
  ResolveObjects resolve{paced, store_, log, clock, metrics};
  const Time begin = clock.time;
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 40; ++i) {
      ask_about(ObjectKind::charge, "ch_1");
      client.answers(200, R"({"id":"ch_1","object":"charge"})");
    }
    run(resolve.run_once());
  }
  EXPECT_EQ(client.requests.size(), 120U);
  EXPECT_GE(clock.time - begin, milliseconds{5'700});
}

TEST_F(ResolveObjectsTest, OnlyCountsWithoutAKey) {
  stripe::StripeApi keyless = api_with("");
  ResolveObjects resolve{keyless, store_, log, clock, metrics};
  ask_about(ObjectKind::charge, "ch_1");
  run(resolve.run_once());
  EXPECT_THAT(client.requests, IsEmpty());
  EXPECT_THAT(store_.due, SizeIs(1));
  EXPECT_TRUE(shows("tollgate_fetches_waiting 1"));
  EXPECT_TRUE(shows("tollgate_fetches_unanswerable 1"));
  EXPECT_TRUE(shows("tollgate_fetch_oldest_seconds 7"));
}

TEST_F(ResolveObjectsTest, GivesBackWhatItHasNotAskedWhenItIsToStop) {
  ask_about(ObjectKind::charge, "ch_1");
  resolve_.request_stop();
  run_once();
  EXPECT_THAT(client.requests, IsEmpty());
  EXPECT_THAT(store_.due, SizeIs(1));
}

TEST_F(ResolveObjectsTest, PostponesAnAnswerWithoutADateAndAsksOn) {
  ask_about(ObjectKind::charge, "ch_1");
  client.answers_without_date(200, R"({"id":"ch_1","object":"charge"})");
  run_once();
  EXPECT_THAT(store_.said, ElementsAre("ch_1 postponed: unreadable no_date"));
  EXPECT_THAT(log.answers, IsEmpty());
}

}  // namespace
}  // namespace tollgate::entitlements
