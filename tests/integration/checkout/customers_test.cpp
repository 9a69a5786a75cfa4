// SPDX-License-Identifier: Apache-2.0
// Whose customer it is: what requests make and what events tell, in whatever order they come.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "tests/integration/checkout/stores.hpp"

namespace tollgate::checkout {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::IsEmpty;

Told told_owner(const std::string& user, std::int64_t as_of) {
  Told told;
  told.customers["cus_1"] = {user, as_of};
  return told;
}

Told told_deleted() {
  Told told;
  told.deleted["cus_1"] = "evt_1";
  return told;
}

class CustomersTest : public testing::Test {
 protected:
  CheckoutStore& store() { return *stores_.attempts; }
  CustomerRow row_of(const std::string& user) { return stores_.run(store().find_customer(user)); }
  std::string save(const std::string& user, const std::string& customer) {
    return stores_.run(store().save_customer(user, customer));
  }
  void apply(const Told& told) { stores_.events->apply(tests::CheckoutStores::topic, told); }
  /// `user customer`, of those that have one.
  std::vector<std::string> owners() {
    return stores_.column(
        "select user_id || ' ' || customer_id from customers where customer_id is not null "
        "order by user_id");
  }
  /// Every order of these batches, each on tables without customers, gives these owners.
  void expect_in_all_orders(const std::vector<Told>& batches,
                            const std::vector<std::string>& expected) {
    std::vector<std::size_t> order(batches.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    do {
      stores_.execute("truncate customers, deleted_customers");
      for (const std::size_t index : order) apply(batches[index]);
      EXPECT_EQ(owners(), expected) << testing::PrintToString(order);
    } while (std::ranges::next_permutation(order).found);
  }

  tests::CheckoutStores stores_;
};

TEST_F(CustomersTest, OfManyThatAreMadeAtOnceOneCounts) {
  std::vector<boost::asio::awaitable<std::string>> saved;
  for (int i = 0; i < 8; ++i) {
    saved.push_back(store().save_customer("ada", "cus_" + std::to_string(i)));
  }
  const std::vector<std::string> counting = stores_.run_all(std::move(saved));
  EXPECT_THAT(counting, Each(row_of("ada").customer_id));
}

TEST_F(CustomersTest, TheSameOneMayComeFromManyRequestsAndItsEventAtOnce) {
  for (int round = 0; round < 100; ++round) {
    stores_.execute("truncate customers");
    std::jthread event{[&] { apply(told_owner("ada", 10)); }};
    std::vector<boost::asio::awaitable<std::string>> saved;
    for (int i = 0; i < 4; ++i) saved.push_back(store().save_customer("ada", "cus_1"));
    ASSERT_THAT(stores_.run_all(std::move(saved)), Each("cus_1"));
  }
  EXPECT_THAT(owners(), ElementsAre("ada cus_1"));
}

TEST_F(CustomersTest, AHandOverWhileARequestKeepsItIsNotLost) {
  for (int round = 0; round < 50; ++round) {
    stores_.execute("truncate customers");
    std::jthread event{[&] { apply(told_owner("bob", 10)); }};
    save("ada", "cus_1");
    event.join();
    ASSERT_THAT(owners(), ElementsAre("bob cus_1")) << round;
  }
}

TEST_F(CustomersTest, AnotherUsersOneIsNotTaken) {
  apply(told_owner("bob", 10));
  EXPECT_EQ(save("ada", "cus_1"), "");
  EXPECT_THAT(owners(), ElementsAre("bob cus_1"));
}

TEST_F(CustomersTest, ADeletedOneIsNotKeptAgain) {
  apply(told_deleted());
  EXPECT_EQ(save("ada", "cus_1"), "");
  EXPECT_THAT(owners(), IsEmpty());
}

TEST_F(CustomersTest, TheKeyMovesOnOnceHoweverManyRetireIt) {
  for (int i = 0; i < 2; ++i) stores_.run(store().retire_customer_key("ada", 1));
  EXPECT_EQ(row_of("ada").generation, 2);
  save("ada", "cus_1");
  stores_.run(store().retire_customer_key("ada", 2));
  EXPECT_EQ(row_of("ada").generation, 2) << "it made a customer";
}

TEST_F(CustomersTest, AfterItsDeletionTheNextOneHasAnotherKey) {
  save("ada", "cus_1");
  apply(told_deleted());
  EXPECT_EQ(row_of("ada").customer_id, "");
  EXPECT_EQ(row_of("ada").generation, 2);
}

TEST_F(CustomersTest, GoesToWhomTheNewestEventNames) {
  expect_in_all_orders({told_owner("ada", 10), told_owner("bob", 20)}, {"bob cus_1"});
  expect_in_all_orders({told_owner("ada", 10), told_owner("bob", 20), told_owner("ada", 30)},
                       {"ada cus_1"});
}

TEST_F(CustomersTest, IsNobodysOnceItIsDeleted) {
  expect_in_all_orders({told_owner("ada", 10), told_owner("bob", 20), told_deleted()}, {});
  expect_in_all_orders({told_owner("ada", 10), told_deleted(), told_owner("ada", 30)}, {});
}

TEST_F(CustomersTest, AnEventDoesNotReplaceTheOneThatCounts) {
  save("ada", "cus_2");
  apply(told_owner("ada", 10));
  EXPECT_THAT(owners(), ElementsAre("ada cus_2"));
}

TEST_F(CustomersTest, WhatWasToldOfAForgottenOneDoesNotBringItBack) {
  save("ada", "cus_1");
  stores_.run(store().forget_customer("ada", "cus_1"));
  apply(told_owner("ada", 10));
  EXPECT_THAT(owners(), IsEmpty());
  EXPECT_EQ(row_of("ada").generation, 2);
  apply(told_deleted());
  EXPECT_EQ(save("ada", "cus_2"), "cus_2");
  EXPECT_EQ(row_of("ada").generation, 2) << "its end was known";
}

}  // namespace
}  // namespace tollgate::checkout
