// SPDX-License-Identifier: Apache-2.0
// The rules of attempts and their steps, over many processes: each call is on a connection of its
// own. tests/unit/checkout/memory_attempts.hpp keeps the same ones.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "base/uuid.hpp"
#include "tests/integration/checkout/stores.hpp"

namespace tollgate::checkout {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr int many = 8;
constexpr int rounds = 20;

class AttemptsTest : public testing::Test {
 protected:
  CheckoutStore& store() { return *stores_.attempts; }
  template <class T>
  T run(boost::asio::awaitable<T> task) {
    return stores_.run(std::move(task));
  }

  static NewAttempt wanted(std::string request, std::string client_key = {},
                           std::string user_id = "usr_1") {
    return {make_uuid_v7(SystemClock{}.now()), std::move(user_id), std::move(request),
            std::move(client_key)};
  }
  Opened open(std::string request, std::string client_key = {}) {
    return run(store().open_attempt(wanted(std::move(request), std::move(client_key))));
  }
  void finish(Attempt attempt, std::string outcome) {
    attempt.outcome = std::move(outcome);
    run(store().finish_attempt(std::move(attempt)));
  }
  std::optional<Step> begin(const Attempt& attempt, std::string body = "a=1") {
    return run(store().begin_step(attempt.id, {"change", "/v1/x", std::move(body), {}}));
  }
  std::optional<Step> resume(const Attempt& attempt) {
    return run(store().resume_step(attempt.id, "change"));
  }
  void withdraw(const Attempt& attempt) { run(store().withdraw_step(attempt.id, "change")); }
  void answer(const Attempt& attempt, unsigned status) {
    run(store().answer_step(attempt.id, "change", {status, "sub_1", {}, {}, {}}));
  }
  bool give_up(Attempt attempt) {
    attempt.outcome = "abandoned";
    return run(store().give_up_attempt(std::move(attempt)));
  }
  std::vector<std::string> pending(const Attempt& attempt) {
    std::vector<std::string> bodies;
    for (const Step& step : run(store().pending_steps(attempt.id, call_age_max))) {
      bodies.push_back(step.body);
    }
    return bodies;
  }

  tests::CheckoutStores stores_;
};

TEST_F(AttemptsTest, OneOfAUserIsOpenHoweverManyAskAtOnce) {
  std::vector<boost::asio::awaitable<Opened>> asked;
  for (int i = 0; i < many; ++i) {
    asked.push_back(store().open_attempt(wanted(i % 2 == 0 ? "professional" : "enterprise")));
  }
  const std::vector<Opened> found = stores_.run_all(std::move(asked));
  std::multiset<Opening> how;
  std::set<std::string> ids;
  for (const Opened& each : found) {
    how.insert(each.how);
    ids.insert(each.attempt.id);
  }
  EXPECT_THAT(ids, SizeIs(1));
  EXPECT_EQ(how.count(Opening::opened), 1U);
  EXPECT_EQ(how.count(Opening::joined), many / 2 - 1);
  EXPECT_EQ(how.count(Opening::other), many / 2);
}

TEST_F(AttemptsTest, AnotherUserHasOneOfHisOwn) {
  const Opened first = open("professional");
  const Opened second = run(store().open_attempt(wanted("professional", {}, "usr_2")));
  EXPECT_EQ(second.how, Opening::opened);
  EXPECT_NE(second.attempt.id, first.attempt.id);
}

TEST_F(AttemptsTest, AClientsKeyNamesOneAttemptForItsUserAndItsRequest) {
  const Attempt first = open("professional", "key").attempt;
  EXPECT_EQ(open("professional", "key").how, Opening::joined);
  EXPECT_EQ(open("enterprise", "key").how, Opening::reused);
  finish(first, "done");
  const Opened again = open("professional", "key");
  EXPECT_EQ(again.how, Opening::finished);
  EXPECT_EQ(again.attempt.id, first.id);
  EXPECT_EQ(run(store().open_attempt(wanted("enterprise", "key", "usr_2"))).how, Opening::opened);
}

TEST_F(AttemptsTest, WhoeverJoinsWithAKeyFindsTheAttemptByItLater) {
  const Attempt first = open("professional").attempt;
  EXPECT_EQ(open("professional", "late").how, Opening::joined);
  finish(first, "done");
  EXPECT_EQ(open("professional", "late").attempt.id, first.id);
}

TEST_F(AttemptsTest, OnlyWhatMadeSomethingOrWasDeclinedKeepsTheKey) {
  for (const std::string outcome : {"done", "declined", "refused", "abandoned"}) {
    const Attempt attempt = open("professional", outcome).attempt;
    finish(attempt, outcome);
    const Opened again = open("professional", outcome);
    const bool is_kept = outcome == "done" || outcome == "declined";
    EXPECT_EQ(again.how, is_kept ? Opening::finished : Opening::opened) << outcome;
    finish(again.attempt, "abandoned");
  }
}

TEST_F(AttemptsTest, OneThatIsFinishedStaysAsItIs) {
  const Attempt attempt = open("professional", "key").attempt;
  finish(attempt, "done");
  finish(attempt, "abandoned");
  EXPECT_TRUE(give_up(attempt));
  EXPECT_EQ(open("professional", "key").attempt.outcome, "done");
}

TEST_F(AttemptsTest, ACallHasTheBytesOfWhoeverBeganItFirst) {
  const Attempt attempt = open("professional").attempt;
  std::vector<boost::asio::awaitable<std::optional<Step>>> asked;
  for (int i = 0; i < many; ++i) {
    Step step{"change", "/v1/x", "i=" + std::to_string(i), {}};
    asked.push_back(store().begin_step(attempt.id, std::move(step)));
  }
  std::set<std::string> bodies;
  for (const auto& step : stores_.run_all(std::move(asked))) bodies.insert(step.value().body);
  EXPECT_THAT(bodies, SizeIs(1));
}

TEST_F(AttemptsTest, AnAnswerIsWrittenOnce) {
  const Attempt attempt = open("professional").attempt;
  begin(attempt);
  answer(attempt, 402);
  answer(attempt, 200);
  EXPECT_EQ(begin(attempt)->answer->status, 402U);
  EXPECT_THAT(pending(attempt), IsEmpty());
}

TEST_F(AttemptsTest, NoCallBeginsBehindTheEnd) {
  for (int round = 0; round < rounds; ++round) {
    Attempt attempt = open("professional").attempt;
    attempt.outcome = "abandoned";
    bool is_over = false;
    bool has_begun = false;
    auto ends = [&]() -> boost::asio::awaitable<bool> {
      co_return is_over = co_await store().give_up_attempt(attempt);
    };
    auto begins = [&]() -> boost::asio::awaitable<bool> {
      Step step{"change", "/v1/x", "a=1", {}};
      const auto begun = co_await store().begin_step(attempt.id, std::move(step));
      co_return has_begun = begun.has_value();
    };
    std::vector<boost::asio::awaitable<bool>> both;
    both.push_back(ends());
    both.push_back(begins());
    stores_.run_all(std::move(both));
    EXPECT_NE(is_over, has_begun) << round;
    finish(attempt, "abandoned");
  }
}

TEST_F(AttemptsTest, IsGivenUpOnlyWhenNoCallCanBeOnItsWay) {
  const Attempt attempt = open("professional").attempt;
  begin(attempt);
  EXPECT_FALSE(give_up(attempt));
  stores_.execute("update attempt_steps set begun_at = now() - interval '5 minutes 1 second'");
  EXPECT_THAT(pending(attempt), IsEmpty());
  EXPECT_TRUE(give_up(attempt));
  EXPECT_EQ(open("professional").how, Opening::opened);
}

TEST_F(AttemptsTest, AWithdrawnCallHasNeverBegun) {
  const Attempt attempt = open("professional").attempt;
  begin(attempt, "first");
  withdraw(attempt);
  EXPECT_THAT(pending(attempt), IsEmpty());
  EXPECT_EQ(begin(attempt, "second")->body, "second");
  withdraw(attempt);
  EXPECT_TRUE(give_up(attempt));
}

TEST_F(AttemptsTest, ACallStaysAsLongAsOneWhoBeganItHasNotWithdrawn) {
  const Attempt attempt = open("professional").attempt;
  begin(attempt, "first");
  begin(attempt, "second");
  withdraw(attempt);
  EXPECT_THAT(pending(attempt), ElementsAre("first"));
  EXPECT_FALSE(give_up(attempt));
  withdraw(attempt);
  EXPECT_THAT(pending(attempt), IsEmpty());
}

TEST_F(AttemptsTest, AnAnswerIsNotWithdrawn) {
  const Attempt attempt = open("professional").attempt;
  begin(attempt);
  answer(attempt, 200);
  withdraw(attempt);
  EXPECT_EQ(begin(attempt)->answer->status, 200U);
}

TEST_F(AttemptsTest, ACallOfAnOlderVersionIsNeverWithdrawn) {
  const Attempt attempt = open("professional").attempt;
  stores_.execute("insert into attempt_steps (attempt_id, step, path, body) values ('" +
                  attempt.id + "', 'change', '/v1/x', 'old')");
  begin(attempt);
  withdraw(attempt);
  EXPECT_THAT(pending(attempt), ElementsAre("old"));
}

TEST_F(AttemptsTest, ManyWhoBeginAndWithdrawAtOnceLeaveNothing) {
  const Attempt attempt = open("professional").attempt;
  auto one = [&]() -> boost::asio::awaitable<bool> {
    Step step{"change", "/v1/x", "a=1", {}};
    const auto begun = co_await store().begin_step(attempt.id, std::move(step));
    co_await store().withdraw_step(attempt.id, "change");
    co_return begun.has_value();
  };
  std::vector<boost::asio::awaitable<bool>> all;
  for (int i = 0; i < many * 4; ++i) all.push_back(one());
  EXPECT_THAT(stores_.run_all(std::move(all)), Each(true)) << "whoever begins has a call";
  EXPECT_THAT(stores_.column("select step from attempt_steps"), IsEmpty());
}

TEST_F(AttemptsTest, ManyWithdrawalsButOneLeaveItPending) {
  const Attempt attempt = open("professional").attempt;
  for (int i = 0; i < many; ++i) begin(attempt);
  auto one = [&]() -> boost::asio::awaitable<bool> {
    co_await store().withdraw_step(attempt.id, "change");
    co_return true;
  };
  std::vector<boost::asio::awaitable<bool>> all;
  for (int i = 1; i < many; ++i) all.push_back(one());
  stores_.run_all(std::move(all));
  EXPECT_THAT(pending(attempt), SizeIs(1));
}

TEST_F(AttemptsTest, ACallIsResumedWithItsBytesAndCountsAsBegunOnceMore) {
  const Attempt attempt = open("professional").attempt;
  begin(attempt, "first");
  stores_.execute("update attempt_steps set begun_at = now() - interval '1 hour'");
  EXPECT_EQ(resume(attempt)->body, "first");
  EXPECT_THAT(pending(attempt), ElementsAre("first")) << "it may be on its way again";
  withdraw(attempt);
  EXPECT_THAT(pending(attempt), ElementsAre("first"));
  answer(attempt, 402);
  EXPECT_EQ(resume(attempt)->answer->status, 402U);
}

TEST_F(AttemptsTest, WhatIsGoneIsNotResumed) {
  const Attempt attempt = open("professional").attempt;
  EXPECT_FALSE(resume(attempt));
  begin(attempt);
  withdraw(attempt);
  EXPECT_FALSE(resume(attempt));
  EXPECT_THAT(stores_.column("select step from attempt_steps"), IsEmpty());
  begin(attempt);
  finish(attempt, "done");
  EXPECT_FALSE(resume(attempt));
}

TEST_F(AttemptsTest, ACallIsEitherWithdrawnOrResumed) {
  for (int round = 0; round < rounds; ++round) {
    const Attempt attempt = open("professional").attempt;
    begin(attempt);
    bool is_resumed = false;
    auto resumes = [&]() -> boost::asio::awaitable<bool> {
      is_resumed = (co_await store().resume_step(attempt.id, "change")).has_value();
      co_return true;
    };
    auto withdraws = [&]() -> boost::asio::awaitable<bool> {
      co_await store().withdraw_step(attempt.id, "change");
      co_return true;
    };
    std::vector<boost::asio::awaitable<bool>> both;
    both.push_back(withdraws());
    both.push_back(resumes());
    stores_.run_all(std::move(both));
    EXPECT_THAT(pending(attempt), SizeIs(is_resumed ? 1 : 0)) << round;
    finish(attempt, "abandoned");
  }
}

}  // namespace
}  // namespace tollgate::checkout
