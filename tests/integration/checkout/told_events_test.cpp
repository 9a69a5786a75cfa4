// SPDX-License-Identifier: Apache-2.0
// What the consumer writes: sessions and offsets that only go forwards, by however many processes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <barrier>
#include <thread>

#include "tests/integration/checkout/stores.hpp"

namespace tollgate::checkout {
namespace {

using testing::ElementsAre;
using testing::Pair;

Told told_status(const std::string& status, const std::string& id = "cs_1") {
  Told told;
  told.sessions[id] = {"ada", "subscription", status, {}};
  return told;
}

/// Rows of every table, many of each.
Told told_everything() {
  Told told;
  for (int i = 0; i < 20; ++i) {
    const std::string number = std::to_string(i);
    told.sessions["cs_" + number] = {"usr_" + number, "subscription", "processing", {}};
    told.customers["cus_" + number] = {"usr_" + number, i};
    told.buyers["usr_" + number] = "cus_" + number;
    told.buying_customers.insert("cus_" + number);
    told.deleted["cus_gone_" + number] = "evt_1";
  }
  return told;
}

class ToldEventsTest : public testing::Test {
 protected:
  void apply(const Told& told) { stores_.events->apply(tests::CheckoutStores::topic, told); }
  std::string status() {
    std::vector<std::string> ids{"cs_1"};
    return stores_.run(stores_.attempts->find_sessions(std::move(ids))).front().value().status;
  }

  tests::CheckoutStores stores_;
};

TEST_F(ToldEventsTest, ASessionNeverGoesBack) {
  for (const std::string end : {"paid", "failed", "expired"}) {
    for (const std::string before : {"open", "processing", "paid", "failed", "expired"}) {
      stores_.execute("truncate sessions");
      apply(told_status(end));
      apply(told_status(before));
      EXPECT_EQ(status(), end) << "then " << before;
    }
  }
  stores_.execute("truncate sessions");
  apply(told_status("processing"));
  apply(told_status("open"));
  EXPECT_EQ(status(), "processing");
  apply(told_status("paid"));
  EXPECT_EQ(status(), "paid");
}

TEST_F(ToldEventsTest, ARequestThatSavesItsSessionLateTakesNothingBack) {
  apply(told_status("paid"));
  stores_.run(stores_.attempts->save_session("cs_1", "ada"));
  EXPECT_EQ(status(), "paid");
}

TEST_F(ToldEventsTest, SessionsAreFoundInTheOrderAskedFor) {
  apply(told_status("paid", "cs_1"));
  apply(told_status("open", "cs_2"));
  std::vector<std::string> ids{"cs_2", "cs_none", "cs_1"};
  const auto found = stores_.run(stores_.attempts->find_sessions(std::move(ids)));
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0]->status, "open");
  EXPECT_FALSE(found[1]);
  EXPECT_EQ(found[2]->status, "paid");
}

TEST_F(ToldEventsTest, OffsetsOnlyGrow) {
  for (const std::int64_t next : {5, 9, 7}) {
    Told told;
    told.next_offsets = {{0, next}, {3, next + 100}};
    apply(told);
  }
  const std::vector<std::int32_t> asked{0, 1, 3};
  EXPECT_THAT(stores_.events->next_offsets(tests::CheckoutStores::topic, asked),
              ElementsAre(Pair(0, 9), Pair(3, 109)));
}

TEST_F(ToldEventsTest, TwoProcessesWithTheSameRowsDoNotBlockEachOther) {
  const auto other = stores_.another_events_store();
  constexpr int rounds = 40;
  std::barrier start{2};
  // A failure is seen at the offsets; whoever failed must not keep the other one waiting.
  const auto write = [&](EventsStore& store, std::int32_t partition) {
    for (int round = 0; round < rounds; ++round) {
      Told told = told_everything();
      told.next_offsets[partition] = round + 1;
      start.arrive_and_wait();
      try {
        store.apply(tests::CheckoutStores::topic, told);
      } catch (const std::exception& failure) {
        ADD_FAILURE() << failure.what();
      }
    }
  };
  std::thread second{[&] { write(*other, 1); }};
  write(*stores_.events, 0);
  second.join();
  const std::vector<std::int32_t> asked{0, 1};
  EXPECT_THAT(stores_.events->next_offsets(tests::CheckoutStores::topic, asked),
              ElementsAre(Pair(0, rounds), Pair(1, rounds)));
}

}  // namespace
}  // namespace tollgate::checkout
