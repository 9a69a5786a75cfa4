// SPDX-License-Identifier: Apache-2.0
// What those do who come upon a call that somebody else has begun. The call itself:
// follow_attempt_test.cpp.
#include <gmock/gmock.h>

#include "tests/unit/checkout/scripted_attempts.hpp"

namespace tollgate::checkout {
namespace {

namespace asio = boost::asio;
using testing::ElementsAre;
using testing::IsEmpty;
using tests::tries;

class ResumeAttemptTest : public tests::ScriptedAttempts {
 protected:
  /// As another process begins it that has heard nothing yet.
  void begin_elsewhere(const Attempt& attempt) {
    Step step{"change", "/v1/subscriptions/sub_1", "price=enterprise", {}};
    run(store_.begin_step(attempt.id, std::move(step)));
  }
  asio::awaitable<void> withdraw(std::string attempt_id) {
    return store_.withdraw_step(std::move(attempt_id), "change");
  }
  Outcome<std::optional<StepResult>> resume(const Attempt& attempt) {
    return run(attempts_.resume(attempt, "change", ample_));
  }
};

TEST_F(ResumeAttemptTest, SendsTheBytesThatWereBegun) {
  const Attempt attempt = opened();
  begin_elsewhere(attempt);
  client_.answers(200, R"({"id":"sub_1"})");
  EXPECT_EQ(resume(attempt)->value().object_id, "sub_1");
  EXPECT_THAT(sent(), ElementsAre("attempt_1-change price=enterprise"));
}

TEST_F(ResumeAttemptTest, GivesTheAnswerThatCameMeanwhileWithoutAsking) {
  const Attempt attempt = opened();
  client_.answers(200, R"({"id":"sub_1"})");
  post(attempt);
  sent();
  EXPECT_EQ(resume(attempt)->value().object_id, "sub_1");
  EXPECT_THAT(sent(), IsEmpty());
}

TEST_F(ResumeAttemptTest, BeginsNothingThatIsGone) {
  const Attempt attempt = opened();
  begin_elsewhere(attempt);
  run(withdraw(attempt.id));
  EXPECT_FALSE(resume(attempt)->has_value());
  EXPECT_THAT(sent(), IsEmpty());
  EXPECT_THAT(store_.steps[attempt.id], IsEmpty());
}

TEST_F(ResumeAttemptTest, BeginsNothingOfAnAttemptThatIsFinished) {
  const Attempt attempt = opened();
  begin_elsewhere(attempt);
  run(attempts_.finish(attempt, "done", "sub_1"));
  EXPECT_FALSE(resume(attempt)->has_value());
  EXPECT_THAT(sent(), IsEmpty());
}

TEST_F(ResumeAttemptTest, TurnedAwayItLeavesTheCallToWhoeverBeganIt) {
  const Attempt attempt = opened();
  begin_elsewhere(attempt);
  answers(429, tries);
  EXPECT_EQ(resume(attempt).error().code, "stripe_busy");
  EXPECT_TRUE(is_pending(attempt));
  run(withdraw(attempt.id));
  EXPECT_FALSE(is_pending(attempt));
}

TEST_F(ResumeAttemptTest, WhatIsWithdrawnWhileAnotherRequestLooksIsNotBegunAnew) {
  const Attempt attempt = opened();
  begin_elsewhere(attempt);
  store_.after_pending = [&] { return withdraw(attempt.id); };
  answers(200);
  const auto other = open("cancel");
  EXPECT_THAT(sent(), IsEmpty()) << "its user was told that it is not done";
  EXPECT_EQ(other->how, Opening::opened);
  EXPECT_EQ(store_.attempt("attempt_1").outcome, "abandoned");
  EXPECT_THAT(store_.steps["attempt_1"], IsEmpty());
}

TEST_F(ResumeAttemptTest, AnotherRequestBringsWhatMayHaveBeenHeardToAnEnd) {
  const Attempt attempt = opened();
  fails(http::ClientFault::no_answer);
  post(attempt);
  sent();
  answers(200);
  const auto other = open("cancel");
  EXPECT_THAT(sent(), ElementsAre("attempt_1-change price=enterprise"));
  EXPECT_EQ(other->how, Opening::opened);
  EXPECT_EQ(store_.attempt("attempt_1").outcome, "abandoned");
  EXPECT_EQ(store_.steps["attempt_1"].at("change").step.answer->status, 200U);
}

TEST_F(ResumeAttemptTest, AnotherRequestWaitsWhileStripeDoesNotSayWhatBecameOfIt) {
  const Attempt attempt = opened();
  fails(http::ClientFault::no_answer);
  post(attempt);
  answers(503, tries);
  EXPECT_EQ(open("cancel").error().fault, Fault::stripe_away);
  EXPECT_FALSE(store_.attempt("attempt_1").finished);
  clock_.advance(call_age_max);
  EXPECT_EQ(open("cancel")->how, Opening::opened) << "it is on its way no more";
}

}  // namespace
}  // namespace tollgate::checkout
