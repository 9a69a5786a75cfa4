// SPDX-License-Identifier: Apache-2.0
// What all of checkout's stores do alike: pruning, and how they say that the database is away.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "checkout/postgres/postgres_checkout_store.hpp"
#include "postgres/transaction.hpp"
#include "tests/integration/checkout/stores.hpp"

namespace tollgate::checkout {
namespace {

using testing::ElementsAre;

constexpr Time long_ago = from_unix_seconds(1'700'000'000);

/// As a request sees the store of this pool: `away`, `other`, or empty.
std::string fault_of_asking(const postgres::ConnectionOptions& options,
                            postgres::PoolOptions pool_options = {}) {
  boost::asio::io_context io{1};
  postgres::Pool pool{io, options, pool_options};
  const auto store = make_postgres_checkout_store(pool);
  auto asked =
      boost::asio::co_spawn(io, store->save_customer("ada", "cus_1"), boost::asio::use_future);
  io.run();
  try {
    asked.get();
    return {};
  } catch (const StoreAway&) {
    return "away";
  } catch (const std::exception&) {
    return "other";
  }
}

TEST(CheckoutStoresTest, AnAbsentDatabaseIsAway) {
  EXPECT_EQ(fault_of_asking({.url = "postgresql://127.0.0.1:1/none", .application_name = "tests"}),
            "away");
}

/// Of a work that meets the row of another writer as many times.
int runs_of_a_work_that_loses(int races) {
  static constexpr postgres::Query insert{"insert_ada",
                                          "insert into customers (user_id) values ('ada')"};
  static constexpr postgres::Query remove{"remove_ada", "delete from customers"};
  tests::CheckoutStores stores;
  stores.execute("insert into customers (user_id) values ('ada')");
  GuardedPool pool = stores.guarded_pool();
  int runs = 0;
  const std::function<void(postgres::Connection&)> work = [&](postgres::Connection& connection) {
    if (++runs > races) connection.run(remove);
    connection.run(insert);
  };
  stores.run(pool.run(work));
  return runs;
}

TEST(CheckoutStoresTest, ALostRaceIsRunAgain) {
  EXPECT_EQ(runs_of_a_work_that_loses(0), 1);
  EXPECT_EQ(runs_of_a_work_that_loses(2), 3);
  EXPECT_THROW(runs_of_a_work_that_loses(3), StoreAway);
}

TEST(CheckoutStoresTest, APoolWithoutRoomIsAway) {
  tests::CheckoutStores stores;
  postgres::PoolOptions no_room;
  no_room.queue_max = 0;
  EXPECT_EQ(fault_of_asking(stores.options(), no_room), "away");
}

TEST(CheckoutStoresTest, ADatabaseThatKeepsARequestWaitingIsAway) {
  tests::CheckoutStores stores;
  postgres::Connection holder{stores.options()};
  postgres::Transaction holding{holder};
  holding.run_script("lock table customers");
  postgres::ConnectionOptions hasty = stores.options();
  hasty.lock_timeout = std::chrono::milliseconds{50};
  EXPECT_EQ(fault_of_asking(hasty), "away");
  hasty.lock_timeout = std::chrono::milliseconds{5'000};
  hasty.statement_timeout = std::chrono::milliseconds{50};
  EXPECT_EQ(fault_of_asking(hasty), "away");
}

TEST(CheckoutStoresTest, AServerThatOnlyReadsIsAway) {
  tests::CheckoutStores stores;
  postgres::ConnectionOptions standby = stores.options();
  standby.url += "%20-cdefault_transaction_read_only%3Don";
  EXPECT_EQ(fault_of_asking(standby), "away");
}

TEST(CheckoutStoresTest, AStatementThatIsRefusedIsAFaultOfTheProgram) {
  tests::CheckoutStores stores;
  EXPECT_EQ(fault_of_asking(stores.options()), "");
  stores.execute("alter table customers rename column customer_id to customer");
  EXPECT_EQ(fault_of_asking(stores.options()), "other");
}

TEST(CheckoutStoresTest, PruningTellsWhetherThereIsMore) {
  tests::CheckoutStores stores;
  stores.execute(
      "insert into attempts (id, user_id, request_hash, outcome, created_at, finished_at) "
      "select gen_random_uuid(), 'usr_' || n, 'r', 'done', to_timestamp(1600000000), "
      "to_timestamp(1600000000) from generate_series(1, 1500) as n");
  stores.execute(
      "insert into sessions (id, user_id, status, updated_at) "
      "select 'cs_' || n, 'ada', 'paid', to_timestamp(1600000000) "
      "from generate_series(1, 2100) as n");
  stores.execute("insert into sessions (id, user_id, status) values ('cs_new', 'ada', 'open')");
  stores.execute(
      "insert into attempts (id, user_id, request_hash, created_at) "
      "values (gen_random_uuid(), 'ada', 'r', to_timestamp(1600000000))");
  const auto prune = [&] { return stores.run(stores.attempts->prune(long_ago)); };
  EXPECT_TRUE(prune());
  EXPECT_TRUE(prune());
  EXPECT_FALSE(prune());
  EXPECT_THAT(stores.column("select id from sessions"), ElementsAre("cs_new"));
  EXPECT_THAT(stores.column("select user_id from attempts"), ElementsAre("ada"));
}

}  // namespace
}  // namespace tollgate::checkout
