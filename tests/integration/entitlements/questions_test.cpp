// SPDX-License-Identifier: Apache-2.0
// Which questions events raise and settle, and how the queue of them is shared.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "entitlements/postgres/postgres_fetch_store.hpp"
#include "entitlements/postgres/postgres_sweep_store.hpp"
#include "postgres/transaction.hpp"
#include "tests/integration/entitlements/buyer.hpp"
#include "tests/integration/entitlements/writer.hpp"

namespace tollgate::entitlements {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::EndsWith;
using testing::IsEmpty;
using testing::SizeIs;
using tests::Buyer;
using tests::event_body;
using tests::MigratedSchema;
using tests::Writer;

constexpr std::int64_t begun = Buyer::begun;
constexpr Time now = from_unix_seconds(begun + 3'600);  ///< the writer's

class QuestionsTest : public testing::Test {
 protected:
  static std::string subscription(const std::string& id, const std::string& verb,
                                  const std::string& status, std::int64_t created,
                                  const std::string& more = {}) {
    return event_body(
        id, "customer.subscription." + verb, created,
        {"sub_1", "subscription", R"(, "customer": "cus_1", "status": ")" + status + '"' + more});
  }
  static std::string thin(const std::string& id, std::int64_t created,
                          const std::string& livemode = "false") {
    return R"({"id": ")" + id + R"(", "object": "v2.core.event", "livemode": )" + livemode +
           R"(, "type": "v1.customer.subscription.updated", "created": ")" +
           format_rfc3339(from_unix_seconds(created)) +
           R"(", "related_object": {"id": "sub_1", "type": "subscription", "url": ""}})";
  }
  void tie(std::int64_t created) {
    writer_.apply({subscription("evt_a" + std::to_string(created), "paused", "paused", created),
                   subscription("evt_b" + std::to_string(created), "resumed", "active", created)});
  }
  std::vector<std::string> questions() {
    return database_.rows(
        "select object_id, part, kind, reason, state, "
        "extract(epoch from due_at)::int8 - " +
        std::to_string(to_unix_seconds(now)) + " as due from fetches order by 1, 2");
  }
  std::vector<Fetch> claim(Time at = now + seconds{60}, std::size_t fetches_max = 10) {
    return store_->claim(false, at, at + seconds{60}, fetches_max);
  }

  MigratedSchema database_;
  Writer writer_{database_};
  std::unique_ptr<FetchStore> store_ = make_postgres_fetch_store(database_.schema().options());
};

TEST_F(QuestionsTest, ATieIsAskedAboutAfterFiveSecondsUnlessAFurtherEventSettlesIt) {
  tie(begun);
  EXPECT_THAT(questions(), ElementsAre("sub_1|object|subscription|tie|waiting|5"));
  writer_.apply({subscription("evt_3", "updated", "past_due", begun + 1)});
  EXPECT_THAT(questions(), IsEmpty());
}

TEST_F(QuestionsTest, AThinEventIsAskedAboutAtOnceButNotWithinItsOwnSecond) {
  writer_.apply({thin("evt_1", begun)});
  EXPECT_THAT(questions(), ElementsAre("sub_1|object|subscription|thin|waiting|0"));
  database_.execute("delete from fetches");
  writer_.apply({thin("evt_2", begun + 3'600)});
  EXPECT_THAT(questions(), ElementsAre("sub_1|object|subscription|thin|waiting|1"));
}

TEST_F(QuestionsTest, ManyEventsOfOneObjectAreOneQuestion) {
  writer_.apply({thin("evt_1", begun), thin("evt_2", begun + 1)});
  writer_.apply({thin("evt_3", begun + 2)});
  EXPECT_THAT(questions(), SizeIs(1));
  EXPECT_EQ(database_.number("select asked from fetches"), 2);
}

TEST_F(QuestionsTest, OfTheOtherModeNothingIsAsked) {
  writer_.apply({thin("evt_1", begun, "true")});
  EXPECT_EQ(database_.number("select count(*) from events where outcome = 'thin'"), 1);
  EXPECT_THAT(questions(), IsEmpty());
}

TEST_F(QuestionsTest, AnOrphansRelativeIsAskedAboutUntilItComes) {
  const Buyer buyer{"1"};
  writer_.apply({buyer.refunded(begun)});
  EXPECT_THAT(questions(), ElementsAre(testing::HasSubstr("|link|waiting|5")));
  writer_.apply({buyer.payment_succeeded(), buyer.charge_succeeded()});
  EXPECT_THAT(questions(), IsEmpty());
}

TEST_F(QuestionsTest, ACutListIsAskedForAndAWholeOneIsNot) {
  const std::string items = R"(, "items": {"object": "list", "has_more": true, "data": [)"
                            R"({"id": "si_1", "current_period_end": 1900000000}]})";
  writer_.apply({subscription("evt_1", "updated", "active", begun, items)});
  EXPECT_THAT(questions(), ElementsAre("sub_1|object|subscription|truncated|waiting|0"));
}

TEST_F(QuestionsTest, ARefundThatNothingPlacesIsAskedOfTheInvoice) {
  const Buyer buyer{"1"};
  writer_.apply({buyer.session_completed(), buyer.subscription_created(), buyer.invoice_paid(),
                 buyer.payment_succeeded(), buyer.charge_succeeded(), buyer.refunded(begun + 9)});
  EXPECT_THAT(questions(), ElementsAre("in_1|payments|invoice|need|waiting|0"));
}

TEST_F(QuestionsTest, AClaimIsNobodyElsesUntilItsLeaseIsOver) {
  tie(begun);
  const auto other = make_postgres_fetch_store(database_.schema().options());
  EXPECT_THAT(claim(now), IsEmpty());  // Not due yet.
  const Time due = now + seconds{5};
  ASSERT_THAT(claim(due), SizeIs(1));
  EXPECT_THAT(other->claim(false, due, due + seconds{60}, 10), IsEmpty());
  const auto again = other->claim(false, due + seconds{60}, due + seconds{120}, 10);
  ASSERT_THAT(again, SizeIs(1));
  EXPECT_EQ(again[0].attempts, 2);
  EXPECT_EQ(again[0].object.id, "sub_1");
  EXPECT_EQ(again[0].kind, stripe::ObjectKind::subscription);
}

TEST_F(QuestionsTest, AnAnsweredQuestionIsDoneAndOneThatFailedWaits) {
  tie(begun);
  const auto fetches = claim();
  ASSERT_THAT(fetches, SizeIs(1));
  store_->postpone(fetches[0], now + seconds{100}, "unavailable");
  EXPECT_THAT(questions(), ElementsAre("sub_1|object|subscription|tie|waiting|100"));
  EXPECT_THAT(claim(now + seconds{99}), IsEmpty());
  ASSERT_THAT(claim(now + seconds{100}), SizeIs(1));
  store_->note_answered(fetches[0], now, now, now);
  EXPECT_THAT(questions(), ElementsAre("sub_1|object|subscription|tie|answered|100"));
  EXPECT_EQ(store_->count(false, now).waiting, 0);
}

TEST_F(QuestionsTest, WhatIsGivenBackIsDueAsIfItHadNotBeenClaimed) {
  writer_.apply({thin("evt_1", begun)});
  const auto fetches = claim();
  ASSERT_THAT(fetches, SizeIs(1));
  EXPECT_EQ(fetches[0].about, from_unix_seconds(begun));
  store_->give_back(fetches[0]);
  EXPECT_THAT(questions(), ElementsAre("sub_1|object|subscription|thin|waiting|0"));
  const auto again = claim(now);
  ASSERT_THAT(again, SizeIs(1));
  EXPECT_EQ(again[0].attempts, 1);
}

TEST_F(QuestionsTest, OneRaisedAgainWhileItIsAskedStays) {
  writer_.apply({thin("evt_1", begun)});
  const auto fetches = claim();
  writer_.apply({thin("evt_2", begun + 1)});
  store_->note_answered(fetches.at(0), now, now, now + seconds{2});
  EXPECT_THAT(questions(), ElementsAre("sub_1|object|subscription|thin|waiting|2"));
}

TEST_F(QuestionsTest, WhatItsAnswerDidNotSettleIsAskedMoreAndMoreSeldom) {
  std::vector<std::string> dues;
  for (int round = 0; round < 5; ++round) {
    writer_.apply({thin("evt_" + std::to_string(round), begun)});
    dues.push_back(database_.rows("select extract(epoch from due_at)::int8 - " +
                                  std::to_string(to_unix_seconds(now)) +
                                  " as due from fetches")[0]);
    const auto fetches = claim(now + seconds{3'600});
    store_->note_answered(fetches.at(0), from_unix_seconds(begun), now, now);
  }
  EXPECT_THAT(dues, ElementsAre("0", "1", "2", "4", "8"));
  writer_.apply({thin("evt_later", begun + 1)});
  EXPECT_THAT(questions(), ElementsAre("sub_1|object|subscription|thin|waiting|0"));
}

TEST_F(QuestionsTest, AnAnswerFromBeforeTheEventMakesItsQuestionWaitTooInsteadOfANewOne) {
  const Time earlier = from_unix_seconds(begun - 86'400);
  std::vector<std::string> dues;
  for (int round = 0; round < 4; ++round) {
    writer_.apply({thin("evt_" + std::to_string(round), begun)});
    dues.push_back(database_.rows("select extract(epoch from due_at)::int8 - " +
                                  std::to_string(to_unix_seconds(now)) +
                                  " as due from fetches")[0]);
    const auto fetches = claim(now + seconds{3'600});
    store_->note_answered(fetches.at(0), earlier, now, now);
  }
  EXPECT_THAT(dues, ElementsAre("0", "1", "2", "4"));
}

TEST_F(QuestionsTest, ItsAnswerThatIsAppliedBeforeItIsNotedMakesItWaitTwiceAsLongToo) {
  const Time earlier = from_unix_seconds(begun - 86'400);
  std::vector<std::string> dues;
  writer_.apply({thin("evt_0", begun)});
  for (int round = 1; round < 5; ++round) {
    const auto fetches = claim(now + seconds{3'600});
    writer_.apply({thin("evt_" + std::to_string(round), begun)});
    store_->note_answered(fetches.at(0), earlier, now, now);
    dues.push_back(questions().at(0));
  }
  EXPECT_THAT(dues, ElementsAre(EndsWith("|waiting|1"), EndsWith("|waiting|2"),
                                EndsWith("|waiting|4"), EndsWith("|waiting|8")));
}

TEST_F(QuestionsTest, WhatStripeDoesNotKnowIsNotAskedAgainWithoutNews) {
  writer_.apply({thin("evt_1", begun)});
  store_->give_up(claim().at(0), "not_found", "not_found", now);
  writer_.apply({thin("evt_2", begun)});
  EXPECT_THAT(questions(), ElementsAre("sub_1|object|subscription|thin|not_found|0"));
}

TEST_F(QuestionsTest, WhatStripeDoesNotKnowIsAskedMoreAndMoreSeldomWithNewsOfIt) {
  std::vector<std::string> dues;
  for (int round = 0; round < 4; ++round) {
    writer_.apply({thin("evt_" + std::to_string(round), begun + round)});
    dues.push_back(questions().at(0));
    EXPECT_EQ(store_->count(false, now).unanswerable, round == 0 ? 0 : 1);
    store_->give_up(claim(now + seconds{3'600}).at(0), "not_found", "not_found", now);
  }
  EXPECT_THAT(dues, ElementsAre(EndsWith("|waiting|0"), EndsWith("|waiting|1"),
                                EndsWith("|waiting|2"), EndsWith("|waiting|4")));
}

TEST_F(QuestionsTest, WhatStripeDoesNotKnowIsShownAndRaisedAgainByNews) {
  writer_.apply({thin("evt_1", begun)});
  store_->give_up(claim().at(0), "not_found", "not_found", now);
  EXPECT_THAT(questions(), ElementsAre("sub_1|object|subscription|thin|not_found|0"));
  EXPECT_EQ(store_->count(false, now).unanswerable, 1);
  EXPECT_THAT(claim(), IsEmpty());
  writer_.apply({thin("evt_2", begun + 1)});
  EXPECT_THAT(questions(), ElementsAre("sub_1|object|subscription|thin|waiting|1"));
}

TEST_F(QuestionsTest, AnsweredQuestionsAreForgottenBeforeGivenUpOnes) {
  tie(begun);
  writer_.apply({Buyer{"1"}.refunded(begun)});
  const auto fetches = claim();
  ASSERT_THAT(fetches, SizeIs(2));
  store_->note_answered(fetches[0], now, now, now);
  store_->give_up(fetches[1], "refused", "bad_request", now);
  store_->prune(now + seconds{1}, now);
  EXPECT_EQ(database_.rows("select state from fetches"), std::vector<std::string>{"refused"});
  store_->prune(now + seconds{1}, now + seconds{1});
  EXPECT_THAT(questions(), IsEmpty());
}

TEST_F(QuestionsTest, TheSweepIsOneInstancesAtATimeAndGoesOnWhereItEnded) {
  const SweepScope scope{"", false};
  const auto one = make_postgres_sweep_store(database_.schema().options());
  const auto two = make_postgres_sweep_store(database_.schema().options());
  const auto first = one->claim(scope, SweepWhen::due, now, now + seconds{60});
  ASSERT_TRUE(first);
  EXPECT_EQ(first->swept_to, std::nullopt);
  EXPECT_FALSE(two->claim(scope, SweepWhen::started, now, now + seconds{60}));
  one->advance(scope, now - seconds{500}, now + seconds{60});
  one->finish(scope, now - seconds{5}, now, now + seconds{300});
  EXPECT_FALSE(two->claim(scope, SweepWhen::due, now + seconds{299}, now + seconds{400}));
  const auto second = two->claim(scope, SweepWhen::started, now + seconds{1}, now + seconds{61});
  ASSERT_TRUE(second);
  EXPECT_EQ(second->swept_to, now - seconds{5});
  // Killed: the lease ends by itself.
  EXPECT_FALSE(one->claim(scope, SweepWhen::started, now + seconds{60}, now + seconds{120}));
  EXPECT_TRUE(one->claim(scope, SweepWhen::started, now + seconds{61}, now + seconds{121}));
  const auto age = one->age(scope);
  ASSERT_TRUE(age);
  EXPECT_EQ(age->begun, now);
  EXPECT_EQ(age->finished, now);
}

TEST_F(QuestionsTest, TheSweepAsksOnlyForEventsThatAreNotThere) {
  writer_.apply({thin("evt_1", begun)});
  const auto store = make_postgres_sweep_store(database_.schema().options());
  EXPECT_THAT(store->missing({"", false}, {"evt_3", "evt_1", "evt_2"}),
              ElementsAre("evt_3", "evt_2"));
  EXPECT_THAT(store->missing({"", true}, {"evt_1"}), ElementsAre("evt_1"));
}

TEST_F(QuestionsTest, AQuestionThatDoesNotWaitIsNobodysObstacle) {
  writer_.apply({thin("evt_1", begun)});
  store_->note_answered(claim().at(0), from_unix_seconds(begun), now, now);
  postgres::Connection other{database_.schema().options()};
  postgres::Transaction holder{other};
  holder.run_script("select from fetches where object_id = 'sub_1' for update");
  EXPECT_EQ(writer_.apply({subscription("evt_2", "updated", "active", begun + 1)}), Applied::all);
  EXPECT_THAT(questions(), ElementsAre("sub_1|object|subscription|thin|answered|0"));
}

}  // namespace
}  // namespace tollgate::entitlements
