// SPDX-License-Identifier: Apache-2.0
#include "entitlements/domain/snapshot.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tollgate::entitlements {
namespace {

template <class T>
T with_status(const std::string& status) {
  T object;
  object.status = status;
  return object;
}

/// Each group lies further than the one before; within a group nothing is further.
template <class T>
void expect_life(const std::vector<std::vector<std::string>>& groups) {
  std::int64_t before = -1;
  for (const auto& group : groups) {
    const std::int64_t here = stage_of(with_status<T>(group.front())).progress;
    EXPECT_GT(here, before) << group.front();
    for (const std::string& status : group) {
      EXPECT_EQ(stage_of(with_status<T>(status)).progress, here) << status;
    }
    before = here;
  }
}

TEST(Snapshot, KnowsTheLivesThatGoOneWay) {
  expect_life<stripe::Invoice>({{"draft"}, {"open"}, {"uncollectible"}, {"paid", "void"}});
  expect_life<stripe::InvoicePayment>({{"open"}, {"paid", "canceled"}});
  expect_life<stripe::Refund>(
      {{"pending"}, {"requires_action"}, {"succeeded"}, {"failed", "canceled"}});
  expect_life<stripe::Dispute>(
      {{"needs_response", "warning_needs_response", "appeal_needs_response"},
       {"under_review", "warning_under_review", "appeal_under_review"},
       {"won", "lost", "warning_closed", "prevented"}});
  expect_life<stripe::PaymentIntent>(
      {{"requires_payment_method", "requires_action", "processing"}, {"succeeded", "canceled"}});
}

TEST(Snapshot, PutsAPaidSessionBeyondAnUnpaidOneAndBothBeyondAnOpenOne) {
  const auto stage = [](const std::string& status, const std::string& payment) {
    stripe::CheckoutSession session = with_status<stripe::CheckoutSession>(status);
    session.payment_status = payment;
    return stage_of(session);
  };
  EXPECT_LT(stage("open", "unpaid").progress, stage("complete", "unpaid").progress);
  EXPECT_LT(stage("open", "unpaid").progress, stage("expired", "unpaid").progress);
  EXPECT_LT(stage("complete", "unpaid").progress, stage("complete", "paid").progress);
  EXPECT_EQ(stage("complete", "no_payment_required").progress, stage("complete", "paid").progress);
  EXPECT_EQ(stage("complete", "paid").status, "complete/paid");
}

TEST(Snapshot, PutsAChargeFurtherTheMoreOfItIsRefunded) {
  stripe::Charge charge = with_status<stripe::Charge>("succeeded");
  const std::int64_t whole = stage_of(charge).progress;
  charge.amount_refunded = 1;
  EXPECT_GT(stage_of(charge).progress, whole);
  EXPECT_GT(whole, stage_of(with_status<stripe::Charge>("pending")).progress);
}

TEST(Snapshot, LetsASubscriptionGoBothWaysUntilItEnds) {
  for (const std::string status : {"active", "past_due", "incomplete", "invented_tomorrow"}) {
    const Stage stage = stage_of(with_status<stripe::Subscription>(status));
    EXPECT_EQ(stage.progress, 0) << status;
    EXPECT_FALSE(stage.terminal) << status;
  }
  EXPECT_TRUE(stage_of(with_status<stripe::Subscription>("canceled")).terminal);
  EXPECT_TRUE(stage_of(with_status<stripe::Subscription>("incomplete_expired")).terminal);
}

TEST(Snapshot, TellsTheStubOfADeletedCustomerFromADeletedOneThatIsWhole) {
  stripe::Customer customer;
  customer.id = "cus_1";
  customer.deleted = true;
  EXPECT_TRUE(stage_of(customer).stub);
  customer.user_id = "ann";
  EXPECT_FALSE(stage_of(customer).stub);
  EXPECT_TRUE(stage_of(customer).terminal);
}

}  // namespace
}  // namespace tollgate::entitlements
