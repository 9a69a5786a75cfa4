// SPDX-License-Identifier: Apache-2.0
// An attempt that is given up at the very moment that another request joins it.
#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <string>
#include <thread>

#include "base/uuid.hpp"
#include "postgres/transaction.hpp"
#include "tests/integration/checkout/stores.hpp"

namespace tollgate::checkout {
namespace {

NewAttempt wanted(std::string client_key) {
  return {make_uuid_v7(SystemClock{}.now()), "ada", "professional", std::move(client_key)};
}

/// Until a session waits for the lock of another one.
void wait_for_a_waiter(tests::CheckoutStores& stores) {
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds{20};
  const std::string waiters =
      "select pid::text from pg_stat_activity "
      "where wait_event_type = 'Lock' and query like '%set client_key%'";
  while (stores.column(waiters).empty()) {
    ASSERT_LT(std::chrono::steady_clock::now(), give_up) << "nobody waits";
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  }
}

TEST(GivenUpAttemptTest, IsNotNamedByTheKeyOfWhoeverJoinsIt) {
  tests::CheckoutStores stores;
  const Opened first = stores.run(stores.attempts->open_attempt(wanted({})));
  postgres::Connection connection{stores.options()};
  postgres::Transaction giving_up{connection};
  giving_up.run_script("select from attempts for update");
  auto joining = std::async(
      std::launch::async, [&] { return stores.run(stores.attempts->open_attempt(wanted("key"))); });
  wait_for_a_waiter(stores);
  giving_up.run_script("update attempts set outcome = 'abandoned', finished_at = now()");
  giving_up.commit();
  EXPECT_EQ(joining.get().attempt.id, first.attempt.id);

  const Opened again = stores.run(stores.attempts->open_attempt(wanted("key")));
  EXPECT_EQ(again.how, Opening::opened);
  EXPECT_NE(again.attempt.id, first.attempt.id);
}

}  // namespace
}  // namespace tollgate::checkout
