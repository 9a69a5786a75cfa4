// SPDX-License-Identifier: Apache-2.0
// Looks and repayments are claimed: by one at a time, and again when nothing came of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "tests/integration/checkout/stores.hpp"

namespace tollgate::checkout {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class DoublesTest : public testing::Test {
 protected:
  DoublesStore& store() { return *stores_.doubles; }
  void told_purchase(const std::string& user, const std::string& customer) {
    Told told;
    told.buyers[user] = customer;
    stores_.events->apply(tests::CheckoutStores::topic, told);
  }
  std::vector<DoubleCheck> claim() { return stores_.run(store().claim_checks()); }
  std::vector<std::string> unsettled() {
    std::vector<std::string> ids;
    for (const auto& each : stores_.run(store().claim_unsettled())) {
      ids.push_back(each.subscription);
    }
    return ids;
  }
  bool note(DoublesPolicy policy) {
    return stores_.run(store().note({"sub_2", "ada", "sub_1"}, policy));
  }

  tests::CheckoutStores stores_;
};

TEST_F(DoublesTest, ALookIsClaimedByOneAndDueAgainLater) {
  told_purchase("ada", "cus_1");
  ASSERT_THAT(claim(), SizeIs(1));
  EXPECT_THAT(claim(), IsEmpty());
  stores_.execute("update double_checks set due_at = now()");
  const auto again = claim();
  ASSERT_THAT(again, SizeIs(1));
  EXPECT_EQ(again.front().customer_id, "cus_1");
}

TEST_F(DoublesTest, ManyWhoClaimAtOnceShareNoLook) {
  for (int i = 0; i < 30; ++i) told_purchase("usr_" + std::to_string(i), "cus_1");
  std::vector<boost::asio::awaitable<std::vector<DoubleCheck>>> asked;
  for (int i = 0; i < 4; ++i) asked.push_back(store().claim_checks());
  std::multiset<std::string> users;
  for (const auto& claimed : stores_.run_all(std::move(asked))) {
    for (const DoubleCheck& check : claimed) users.insert(check.user_id);
  }
  for (const DoubleCheck& check : claim()) users.insert(check.user_id);
  EXPECT_EQ(users.size(), 30U);
  EXPECT_EQ(std::set<std::string>(users.begin(), users.end()).size(), 30U);
}

TEST_F(DoublesTest, AFinishedLookIsGone) {
  told_purchase("ada", "cus_1");
  stores_.run(store().finish_check(claim().front()));
  EXPECT_THAT(stores_.column("select user_id from double_checks"), IsEmpty());
}

TEST_F(DoublesTest, APurchaseThatCameSinceTheClaimIsLookedAtToo) {
  told_purchase("ada", "cus_1");
  const DoubleCheck first = claim().front();
  told_purchase("ada", "cus_2");
  stores_.run(store().finish_check(first));
  const auto second = claim();
  ASSERT_THAT(second, SizeIs(1));
  EXPECT_EQ(second.front().customer_id, "cus_2");
}

TEST_F(DoublesTest, APurchaseThatNamesOnlyItsCustomerIsLookedAtForItsUser) {
  stores_.run(stores_.attempts->save_customer("ada", "cus_1"));
  Told told;
  told.buying_customers = {"cus_1", "cus_of_nobody"};
  stores_.events->apply(tests::CheckoutStores::topic, told);
  const auto claimed = claim();
  ASSERT_THAT(claimed, SizeIs(1));
  EXPECT_EQ(claimed.front().user_id, "ada");
}

TEST_F(DoublesTest, IsNewOnce) {
  EXPECT_TRUE(note(DoublesPolicy::refund));
  EXPECT_FALSE(note(DoublesPolicy::refund));
}

TEST_F(DoublesTest, WhatWasOnlyReportedIsNeverGivenBack) {
  note(DoublesPolicy::report);
  EXPECT_FALSE(note(DoublesPolicy::refund));
  EXPECT_THAT(unsettled(), IsEmpty());
}

TEST_F(DoublesTest, IsGivenBackByOneUntilItIsSettled) {
  note(DoublesPolicy::refund);
  EXPECT_THAT(unsettled(), ElementsAre("sub_2"));
  EXPECT_THAT(unsettled(), IsEmpty()) << "claimed";
  stores_.execute("update double_purchases set due_at = now()");
  EXPECT_THAT(unsettled(), ElementsAre("sub_2")) << "nothing came of it";
  stores_.run(store().settle("sub_2", DoubleEnd::refunded));
  stores_.execute("update double_purchases set due_at = now()");
  EXPECT_THAT(unsettled(), IsEmpty());
  EXPECT_THAT(stores_.column("select state from double_purchases"), ElementsAre("refunded"));
}

TEST_F(DoublesTest, WhatIsLeftToAPersonIsNotClaimedAgain) {
  note(DoublesPolicy::refund);
  stores_.run(store().settle("sub_2", DoubleEnd::reported));
  stores_.execute("update double_purchases set due_at = now()");
  EXPECT_THAT(unsettled(), IsEmpty());
  EXPECT_THAT(stores_.column("select state from double_purchases"), ElementsAre("reported"));
}

}  // namespace
}  // namespace tollgate::checkout
