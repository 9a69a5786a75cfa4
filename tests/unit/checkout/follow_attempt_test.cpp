// SPDX-License-Identifier: Apache-2.0
// An attempt through everything that can happen to one of its calls. What others who come upon the
// call do with it: resume_attempt_test.cpp.
#include <gmock/gmock.h>

#include "tests/unit/checkout/scripted_attempts.hpp"

namespace tollgate::checkout {
namespace {

namespace asio = boost::asio;
using testing::ElementsAre;
using testing::IsEmpty;
using tests::tries;

class FollowAttemptTest : public tests::ScriptedAttempts {};

TEST_F(FollowAttemptTest, AnAnswerIsKeptAndGivenAgainWithoutAsking) {
  const Attempt attempt = opened();
  client_.answers(200, R"({"id":"sub_1"})");
  EXPECT_EQ(post(attempt)->body, R"({"id":"sub_1"})");
  EXPECT_THAT(sent(), ElementsAre("attempt_1-change price=enterprise"));
  const auto again = post(attempt);
  EXPECT_EQ(again->object_id, "sub_1");
  EXPECT_EQ(again->body, "");
  EXPECT_THAT(sent(), IsEmpty());
}

TEST_F(FollowAttemptTest, ARefusalIsKeptLikewise) {
  const Attempt attempt = opened();
  client_.answers(402, R"({"error":{"code":"card_declined","decline_code":"lost_card"}})");
  EXPECT_EQ(fault_of_post(attempt), Fault::card_declined);
  sent();
  EXPECT_EQ(post(attempt).error().decline_code, "lost_card");
  EXPECT_THAT(sent(), IsEmpty());
}

TEST_F(FollowAttemptTest, WithoutAnAnswerTheSameBytesAreSentAgainWhateverIsAskedForNow) {
  const Attempt attempt = opened();
  fails(http::ClientFault::no_answer);
  EXPECT_EQ(fault_of_post(attempt), Fault::stripe_away);
  EXPECT_TRUE(is_pending(attempt));
  sent();
  client_.answers(200, R"({"id":"sub_1"})");
  EXPECT_TRUE(post(attempt, "price=enterprise&proration_date=2"));
  EXPECT_THAT(sent(), ElementsAre("attempt_1-change price=enterprise"));
  EXPECT_FALSE(is_pending(attempt));
}

TEST_F(FollowAttemptTest, AKeyAtWorkElsewhereLeavesTheCallPending) {
  const Attempt attempt = opened();
  answers(409, tries);
  answers(429, tries);
  EXPECT_EQ(fault_of_post(attempt), Fault::stripe_away);
  EXPECT_TRUE(is_pending(attempt)) << "the one that holds the key may carry it out";
}

TEST_F(FollowAttemptTest, AStored500IsLookedUpAndNeverSentAgain) {
  const Attempt attempt = opened();
  answers(500, tries);
  EXPECT_EQ(fault_of_post(attempt), Fault::fate_unknown);
  sent();
  EXPECT_EQ(fault_of_post(attempt), Fault::fate_unknown);
  EXPECT_THAT(sent(), IsEmpty());
  EXPECT_FALSE(is_pending(attempt));
}

TEST_F(FollowAttemptTest, AnUnavailableStripeLeavesTheCallPending) {
  const Attempt attempt = opened();
  answers(503, tries);
  EXPECT_EQ(fault_of_post(attempt), Fault::stripe_away);
  EXPECT_TRUE(is_pending(attempt));
}

TEST_F(FollowAttemptTest, After23HoursNoKeyIsUsedAndAnotherAttemptBegins) {
  const Attempt attempt = opened();
  fails(http::ClientFault::no_answer);
  post(attempt);
  sent();
  clock_.advance(key_age_max);
  EXPECT_EQ(fault_of_post(attempt), Fault::fate_unknown);
  const auto next = open("to enterprise");
  EXPECT_EQ(next->how, Opening::opened);
  EXPECT_EQ(next->attempt.id, "attempt_2");
  EXPECT_THAT(sent(), IsEmpty());
  EXPECT_EQ(store_.attempt("attempt_1").outcome, "abandoned");
}

TEST_F(FollowAttemptTest, WhatCertainlyDidNotReachStripeIsNeverCarriedOutLater) {
  using http::ClientFault;
  for (const auto fault : {ClientFault::too_busy, ClientFault::cannot_resolve,
                           ClientFault::cannot_connect, ClientFault::cannot_trust}) {
    const Attempt attempt = opened();
    fails(fault);
    EXPECT_EQ(fault_of_post(attempt), Fault::stripe_away) << to_string(fault);
    EXPECT_FALSE(is_pending(attempt)) << to_string(fault);
    client_.forget();
    answers(200);
    const Attempt of_another_wish = opened("cancel");
    EXPECT_NE(of_another_wish.id, attempt.id);
    EXPECT_THAT(sent(), IsEmpty()) << to_string(fault);
    ASSERT_TRUE(post(of_another_wish, "cancel_at_period_end=true"));  // The breaker closes again.
    run(attempts_.finish(of_another_wish, "done"));
    client_.forget();
  }
}

TEST_F(FollowAttemptTest, ACallThatStripesLimitTurnedAwayBeginsAnewAsItIsAskedForThen) {
  const Attempt attempt = opened();
  answers(429, tries);
  EXPECT_EQ(post(attempt).error().code, "stripe_busy");
  EXPECT_FALSE(is_pending(attempt));
  sent();
  EXPECT_EQ(open("to enterprise")->how, Opening::joined);
  answers(200);
  EXPECT_TRUE(post(attempt, "price=enterprise&proration_date=2"));
  EXPECT_THAT(sent(), ElementsAre("attempt_1-change price=enterprise&proration_date=2"));
}

TEST_F(FollowAttemptTest, WhatTheOpenBreakerKeptHereIsWithdrawn) {
  for (int call = 0; call < Breaker::failures_max; ++call) {
    fails(http::ClientFault::no_answer);
    EXPECT_FALSE(run(sender_.get("/v1/prices", ample_)));
  }
  client_.forget();
  const Attempt attempt = opened();
  EXPECT_EQ(fault_of_post(attempt), Fault::stripe_away);
  EXPECT_THAT(sent(), IsEmpty());
  EXPECT_FALSE(is_pending(attempt));
}

TEST_F(FollowAttemptTest, WhatThereIsNoTimeToSendIsNotBegun) {
  const Attempt attempt = opened();
  const auto passed = Deadline::in(std::chrono::milliseconds{0});
  const auto late =
      run(attempts_.post(attempt, "change", "/v1/subscriptions/sub_1", "a=1", passed));
  EXPECT_EQ(late.error().code, "stripe_timeout");
  EXPECT_THAT(sent(), IsEmpty());
  EXPECT_THAT(store_.steps[attempt.id], IsEmpty());
}

TEST_F(FollowAttemptTest, ACallThatMayHaveBeenHeardBeforeIsNotWithdrawn) {
  const Attempt attempt = opened();
  fails(http::ClientFault::no_answer);
  post(attempt);
  for (int again = 0; again < 2; ++again) {
    answers(429, tries);
    EXPECT_EQ(fault_of_post(attempt), Fault::stripe_away);
    EXPECT_TRUE(is_pending(attempt));
  }
}

TEST_F(FollowAttemptTest, WhatAnotherProcessIsSendingIsNotWithdrawn) {
  const Attempt attempt = opened();
  Step same{"change", "/v1/subscriptions/sub_1", "price=enterprise", {}};
  run(store_.begin_step(attempt.id, same));
  answers(429, tries);
  EXPECT_EQ(fault_of_post(attempt), Fault::stripe_away);
  EXPECT_TRUE(is_pending(attempt));
  run(store_.withdraw_step(attempt.id, "change"));
  EXPECT_FALSE(is_pending(attempt)) << "the other one was not heard either";
}

TEST_F(FollowAttemptTest, AnAttemptThatWasFinishedMeanwhileMakesNoMoreCalls) {
  const Attempt attempt = opened();
  run(attempts_.finish(attempt, "done", "sub_1"));
  EXPECT_EQ(fault_of_post(attempt), Fault::superseded);
  EXPECT_THAT(sent(), IsEmpty());
}

TEST_F(FollowAttemptTest, FollowsOnceMoreWhereTheFateIsUnknownAndKeepsADecline) {
  int rounds = 0;
  auto take_up = [&](Opened) -> asio::awaitable<Outcome<bool>> {
    Failure failure{Fault::fate_unknown, "stripe_unavailable", ""};
    if (++rounds == 2) failure = {Fault::card_declined, "card_declined", ""};
    co_return failure;
  };
  NewAttempt wanted{{}, "usr_1", "to enterprise", {}};
  EXPECT_EQ(run(attempts_.follow<bool>(wanted, take_up, ample_)).error().code, "card_declined");
  ASSERT_EQ(store_.attempts.size(), 2U);
  EXPECT_EQ(store_.attempts[0].outcome, "abandoned");
  EXPECT_EQ(store_.attempts[1].outcome, "declined");
}

}  // namespace
}  // namespace tollgate::checkout
