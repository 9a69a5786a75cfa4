// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <barrier>
#include <thread>

#include "tests/integration/entitlements/buyer.hpp"
#include "tests/integration/entitlements/writer.hpp"

namespace tollgate::entitlements {
namespace {

using tests::Buyer;
using tests::Guest;
using tests::MigratedSchema;
using tests::Writer;

constexpr int rounds = 60;

/// Two instances, each with a partition of its own, begin at the same moment, again and again.
class ParallelWritersTest : public testing::Test {
 protected:
  template <class First, class Second>
  void race(First first, Second second) {
    std::barrier start{2};
    std::thread thread{[&] {
      for (int round = 0; round < rounds; ++round) {
        start.arrive_and_wait();
        results_[1] += second(round) == Applied::all;
      }
    }};
    for (int round = 0; round < rounds; ++round) {
      start.arrive_and_wait();
      results_[0] += first(round) == Applied::all;
    }
    thread.join();
    ASSERT_EQ(results_[0], rounds);
    ASSERT_EQ(results_[1], rounds);
  }

  MigratedSchema database_;
  Writer one_{database_};
  Writer two_{database_};
  int results_[2] = {0, 0};
};

TEST_F(ParallelWritersTest, ARefundByItsPaymentAndItsCustomersEventsNeverLeaveAStaleDocument) {
  race([&](int round) { return one_.apply(Buyer{std::to_string(round)}.first_checkout(), 0); },
       [&](int round) {
         return two_.apply({Buyer{std::to_string(round)}.refunded(Buyer::begun + 100)}, 1);
       });
  for (int round = 0; round < rounds; ++round) {
    EXPECT_EQ(database_.answer_of("usr_" + std::to_string(round)).plan, "free") << round;
  }
}

TEST_F(ParallelWritersTest, AGuestsSessionAndItsRefundFindEachOther) {
  race(
      [&](int round) {
        const Guest guest{std::to_string(round)};
        return one_.apply({guest.session_completed(), guest.payment_succeeded()}, 0);
      },
      [&](int round) {
        const Guest guest{std::to_string(round)};
        return two_.apply({guest.refunded(), guest.charge_succeeded()}, 1);
      });
  for (int round = 0; round < rounds; ++round) {
    EXPECT_TRUE(database_.answer_of("usr_" + std::to_string(round)).grants.empty()) << round;
  }
}

TEST_F(ParallelWritersTest, TheSameEventsOnTwoPartitionsAreRecordedOnce) {
  race([&](int round) { return one_.apply(Buyer{std::to_string(round)}.first_checkout(), 0); },
       [&](int round) { return two_.apply(Buyer{std::to_string(round)}.first_checkout(), 1); });
  EXPECT_EQ(database_.number("select count(*) from events"), 12 * rounds);
  EXPECT_EQ(database_.number("select count(*) from user_entitlements where document is not null"),
            rounds);
}

TEST_F(ParallelWritersTest, TwoCustomersOfOneUserUniteInOneDocument) {
  race([&](int round) { return one_.apply(Buyer{std::to_string(round)}.first_checkout(), 0); },
       [&](int round) {
         Buyer second{"b" + std::to_string(round)};
         second.user_id = "usr_" + std::to_string(round);
         return two_.apply(second.first_checkout(), 1);
       });
  for (int round = 0; round < rounds; ++round) {
    EXPECT_EQ(database_.answer_of("usr_" + std::to_string(round)).grants.size(), 2U) << round;
  }
}

}  // namespace
}  // namespace tollgate::entitlements
