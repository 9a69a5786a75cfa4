// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <barrier>
#include <string_view>
#include <thread>

#include "postgres/transaction.hpp"
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

constexpr const char* count_orphans =
    "select count(*) from stripe_objects where kind is not null and owner_id is null";

TEST_F(ParallelWritersTest, APaymentAndTheInvoiceThatKnowsItsCustomerFindEachOther) {
  race(
      [&](int round) {
        return one_.apply({Buyer{std::to_string(round)}.invoice_payment_paid()}, 0);
      },
      [&](int round) {
        const Buyer buyer{std::to_string(round)};
        return two_.apply({buyer.invoice_paid(), buyer.payment_succeeded()}, 1);
      });
  EXPECT_EQ(database_.number("select count(*) from stripe_objects where kind = 'invoice_payment'"),
            rounds);
  EXPECT_EQ(database_.number(count_orphans), 0);
}

TEST_F(ParallelWritersTest, APaymentThatNamesNobodyFindsItsInvoiceWhoeverWritesWhatLinksThem) {
  for (int round = 0; round < rounds; ++round) {
    one_.apply({Buyer{std::to_string(round)}.invoice_paid()}, 2);
  }
  race(
      [&](int round) {
        return one_.apply({Buyer{std::to_string(round)}.invoice_payment_paid()}, 0);
      },
      [&](int round) {
        const std::string name = std::to_string(round);
        return two_.apply(
            {tests::event_body("evt_bare_" + name, "payment_intent.succeeded", Buyer::begun,
                               {Buyer{name}.payment_intent, "payment_intent",
                                tests::member("status", "succeeded")})},
            1);
      });
  EXPECT_EQ(database_.number(count_orphans), 0);
}

TEST_F(ParallelWritersTest, FarRelativesOfAGuestsSessionBelongToItWhoeverWritesThem) {
  race(
      [&](int round) {
        const Guest guest{std::to_string(round)};
        return one_.apply({guest.dispute_opened(), guest.session_completed()}, 0);
      },
      [&](int round) {
        const Guest guest{std::to_string(round)};
        return two_.apply({guest.refunded(), guest.charge_succeeded(), guest.payment_succeeded()},
                          1);
      });
  EXPECT_EQ(database_.number("select count(distinct owner_id) from stripe_objects"), rounds);
  EXPECT_EQ(database_.number(count_orphans), 0);
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

/// The same event as an endpoint of a later version gets it.
std::string later_rendering(std::string body) {
  constexpr std::string_view version = "2026-10-28";
  return body.replace(body.find(version), version.size(), "2026-10-29");
}

std::string event_about(const std::string& event_id, const std::string& subscription) {
  return tests::event_body(event_id, "customer.subscription.updated", Buyer::begun,
                           {subscription, "subscription", R"(, "status": "active")"});
}

TEST_F(ParallelWritersTest, KnownEventsAreLockedInTheirOrderWhateverTheyToldAboutBefore) {
  one_.apply({event_about("evt_a", "sub_a"), event_about("evt_b", "sub_b")});
  postgres::Connection connection{database_.schema().options()};
  postgres::Transaction other{connection};
  other.run_script("select from events where id = 'evt_a' for update");
  std::thread thread{[&] {
    results_[0] = one_.apply({later_rendering(event_about("evt_a", "sub_a")),
                              later_rendering(event_about("evt_b", "sub_moved"))}) == Applied::all;
  }};
  const auto waits = [&] {
    return database_.number(
               "select count(*) from pg_stat_activity a join pg_locks l on l.pid = any("
               "pg_blocking_pids(a.pid)) where l.relation = '" +
               database_.schema().name() + ".events'::regclass") > 0;
  };
  while (!waits()) std::this_thread::yield();
  // It waits for the first one and does not hold the second one meanwhile.
  EXPECT_NO_THROW(other.run_script("select from events where id = 'evt_b' for update nowait"));
  other.commit();
  thread.join();
  EXPECT_EQ(results_[0], 1);
  EXPECT_EQ(database_.number("select count(*) from events where object_id = 'sub_moved'"), 1);
}

}  // namespace
}  // namespace tollgate::entitlements
