// SPDX-License-Identifier: Apache-2.0
#include "entitlements/read/await_facts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>

#include <vector>

#include "tests/unit/entitlements/memory_facts.hpp"
#include "tests/unit/entitlements/user_facts_builder.hpp"

namespace tollgate::entitlements {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;

constexpr milliseconds long_time{20'000};

class AwaitFactsTest : public testing::Test {
 protected:
  void ask(const std::string& id, milliseconds timeout, const std::string& user_id = "usr_1") {
    boost::asio::co_spawn(io_, await_facts_.wait(user_id, id, timeout),
                          [this](const std::exception_ptr& failure, bool reflected) {
                            if (failure) {
                              ++refused_;
                            } else {
                              answers_.push_back(reflected);
                            }
                          });
  }
  void apply(const std::string& id) {
    ToldEvent event;
    event.key.id = id;
    event.outcome = Outcome::fact;
    facts_.told.push_back(std::move(event));
  }
  /// Runs `action` as soon as the database was asked that often.
  template <class Action>
  void when_asked(int questions, Action action) {
    while (facts_.questions < questions) io_.run_one();
    action();
  }

  boost::asio::io_context io_;
  Metrics metrics_;
  MemoryFacts facts_;
  const Catalog catalog_ = test_mode_shop();
  AwaitFacts await_facts_{io_,
                          facts_,
                          catalog_,
                          metrics_,
                          {.waiters_max = 4,
                           .waiters_of_user_max = 3,
                           .look_interval = milliseconds{1},
                           .look_again_after_failure = milliseconds{1}}};
  std::vector<bool> answers_;
  int refused_ = 0;
};

TEST_F(AwaitFactsTest, WhatIsThereAlreadyIsNotWaitedFor) {
  apply("evt_1");
  ask("evt_1", long_time);
  io_.run();
  EXPECT_THAT(answers_, ElementsAre(true));
  EXPECT_EQ(facts_.questions, 1);
}

TEST_F(AwaitFactsTest, EndsAsSoonAsItIsThere) {
  ask("evt_1", long_time);
  when_asked(3, [&] { apply("evt_1"); });
  io_.run();
  EXPECT_THAT(answers_, ElementsAre(true));
}

TEST_F(AwaitFactsTest, EndsAtTheDeadline) {
  ask("evt_1", milliseconds{5});
  io_.run();
  EXPECT_THAT(answers_, ElementsAre(false));
}

TEST_F(AwaitFactsTest, OneLookServesAllWhoWait) {
  apply("evt_1");
  apply("evt_2");
  ask("evt_1", long_time);
  ask("evt_1", long_time);
  ask("evt_2", long_time);
  io_.run();
  EXPECT_THAT(answers_, ElementsAre(true, true, true));
  EXPECT_LE(facts_.questions, 2);
}

TEST_F(AwaitFactsTest, NobodyIsAskedWhileNobodyWaits) {
  ask("evt_1", milliseconds{5});
  io_.run();
  const int before = facts_.questions;
  boost::asio::steady_timer later{io_, milliseconds{10}};
  later.async_wait([](const auto&) {});
  io_.restart();
  io_.run();
  EXPECT_EQ(facts_.questions, before);
  apply("evt_1");
  ask("evt_1", long_time);
  io_.restart();
  io_.run();
  EXPECT_THAT(answers_, ElementsAre(false, true));
}

TEST_F(AwaitFactsTest, OneUserKeepsNobodyElseOut) {
  for (int asked = 0; asked < 4; ++asked) ask("evt_1", milliseconds{5});
  ask("evt_1", milliseconds{5}, "usr_2");
  io_.run();
  EXPECT_EQ(refused_, 1);
  EXPECT_EQ(answers_.size(), 4U);
}

TEST_F(AwaitFactsTest, NoMoreThanSoManyWait) {
  for (const char* user : {"usr_1", "usr_2", "usr_3", "usr_4", "usr_5"}) {
    ask("evt_1", milliseconds{5}, user);
  }
  io_.run();
  EXPECT_EQ(refused_, 1);
  EXPECT_THAT(answers_, ElementsAre(false, false, false, false));
  apply("evt_1");
  ask("evt_1", long_time);
  io_.restart();
  io_.run();
  EXPECT_EQ(refused_, 1);
}

TEST_F(AwaitFactsTest, OutlastsADatabaseThatIsAway) {
  facts_.away = true;
  ask("evt_1", long_time);
  when_asked(3, [&] {
    facts_.away = false;
    apply("evt_1");
  });
  io_.run();
  EXPECT_THAT(answers_, ElementsAre(true));
  EXPECT_THAT(metrics_.render(), testing::HasSubstr("tollgate_wait_looks_failed_total 3"));
}

TEST_F(AwaitFactsTest, EndsWhenTheProcessIsAboutToEnd) {
  ask("evt_1", long_time);
  when_asked(2, [&] { await_facts_.begin_drain(); });
  ask("evt_1", long_time);
  io_.run();
  EXPECT_THAT(answers_, ElementsAre(false, false));
}

}  // namespace
}  // namespace tollgate::entitlements
