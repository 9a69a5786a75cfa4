// SPDX-License-Identifier: Apache-2.0
// An attempt that is given up at the very moment that another request joins it.
#include <gtest/gtest.h>

#include <future>
#include <string>

#include "base/uuid.hpp"
#include "postgres/transaction.hpp"
#include "tests/integration/checkout/stores.hpp"
#include "tests/wait_until.hpp"

namespace tollgate::checkout {
namespace {

NewAttempt wanted(std::string client_key) {
  return {make_uuid_v7(SystemClock{}.now()), "ada", "professional", std::move(client_key)};
}

bool is_waited_for(tests::CheckoutStores& stores) {
  return !stores
              .column(
                  "select pid::text from pg_stat_activity "
                  "where wait_event_type = 'Lock' and query like '%set client_key%'")
              .empty();
}

TEST(GivenUpAttemptTest, IsNotNamedByTheKeyOfWhoeverJoinsIt) {
  tests::CheckoutStores stores;
  const Opened first = stores.run(stores.attempts->open_attempt(wanted({})));
  postgres::Connection connection{stores.options()};
  postgres::Transaction giving_up{connection};
  giving_up.run_script("select from attempts for update");
  auto joining = std::async(
      std::launch::async, [&] { return stores.run(stores.attempts->open_attempt(wanted("key"))); });
  ASSERT_TRUE(tests::wait_until([&] { return is_waited_for(stores); }));
  giving_up.run_script("update attempts set outcome = 'abandoned', finished_at = now()");
  giving_up.commit();
  EXPECT_EQ(joining.get().attempt.id, first.attempt.id);

  const Opened again = stores.run(stores.attempts->open_attempt(wanted("key")));
  EXPECT_EQ(again.how, Opening::opened);
  EXPECT_NE(again.attempt.id, first.attempt.id);
}

}  // namespace
}  // namespace tollgate::checkout
