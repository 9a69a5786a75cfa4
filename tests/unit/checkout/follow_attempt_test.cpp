// SPDX-License-Identifier: Apache-2.0
// An attempt through everything that can happen to one of its calls.
#include "checkout/ask/follow_attempt.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include "tests/unit/checkout/memory_attempts.hpp"
#include "tests/unit/stripe/scripted_client.hpp"

namespace tollgate::checkout {
namespace {

namespace asio = boost::asio;
using testing::ElementsAre;
using testing::IsEmpty;

class MovableClock final : public Clock {
 public:
  [[nodiscard]] Time now() const override { return now_; }
  void advance(std::chrono::seconds time) { now_ += time; }

 private:
  Time now_ = from_unix_seconds(1'797'000'000);
};

constexpr int tries = 3;

class FollowAttemptTest : public testing::Test {
 protected:
  template <class T>
  T run(asio::awaitable<T> task) {
    auto result = asio::co_spawn(io_, std::move(task), asio::use_future);
    io_.restart();
    io_.run();
    return result.get();
  }

  Outcome<Opened> open(const std::string& request) {
    return run(attempts_.open("usr_1", request, {}, ample_));
  }
  Attempt opened(const std::string& request = "to enterprise") { return open(request)->attempt; }
  Outcome<StepResult> post(const Attempt& attempt, std::string body = "price=enterprise") {
    return run(
        attempts_.post(attempt, "change", "/v1/subscriptions/sub_1", std::move(body), ample_));
  }
  Fault fault_of_post(const Attempt& attempt) { return post(attempt).error().fault; }
  bool is_pending(const Attempt& attempt) { return run(attempts_.is_pending(attempt, "change")); }

  void answers(unsigned status, int times = 1) {
    for (int i = 0; i < times; ++i) client_.answers(status, "{}");
  }
  void fails(http::ClientFault fault) {
    for (int i = 0; i < tries; ++i) client_.fails(fault);
  }

  /// `key body` of each request since the last look.
  std::vector<std::string> sent() {
    std::vector<std::string> lines;
    for (std::size_t i = 0; i < client_.requests.size(); ++i) {
      lines.push_back(client_.header(i, "Idempotency-Key") + " " + client_.requests[i].body);
    }
    client_.requests.clear();
    return lines;
  }

  static stripe::ApiOptions without_waits() {
    stripe::ApiOptions options;
    options.wait = [](std::chrono::milliseconds) -> asio::awaitable<void> { co_return; };
    return options;
  }

  const Deadline ample_ = Deadline::in(std::chrono::minutes{10});
  asio::io_context io_;
  tests::ScriptedClient client_;
  Metrics metrics_;
  MovableClock clock_;
  stripe::StripeApi api_{client_,
                         {stripe::Mode::test, "sk_test_secret", "https://stripe.example"},
                         metrics_,
                         without_waits()};
  SendRequest sender_{api_, clock_, metrics_};
  tests::MemoryAttempts store_{clock_};
  FollowAttempt attempts_{store_, sender_, clock_};
};

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

TEST_F(FollowAttemptTest, WhatThereWasNoTimeToSendIsWithdrawn) {
  const Attempt attempt = opened();
  const auto passed = Deadline::in(std::chrono::milliseconds{0});
  const auto late =
      run(attempts_.post(attempt, "change", "/v1/subscriptions/sub_1", "a=1", passed));
  EXPECT_EQ(late.error().code, "stripe_timeout");
  EXPECT_THAT(sent(), IsEmpty());
  EXPECT_FALSE(is_pending(attempt));
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

TEST_F(FollowAttemptTest, AnotherRequestBringsWhatMayHaveBeenHeardToAnEnd) {
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

TEST_F(FollowAttemptTest, AnotherRequestWaitsWhileStripeDoesNotSayWhatBecameOfIt) {
  const Attempt attempt = opened();
  fails(http::ClientFault::no_answer);
  post(attempt);
  answers(503, tries);
  EXPECT_EQ(open("cancel").error().fault, Fault::stripe_away);
  EXPECT_FALSE(store_.attempt("attempt_1").finished);
  clock_.advance(call_age_max);
  EXPECT_EQ(open("cancel")->how, Opening::opened) << "it is on its way no more";
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
