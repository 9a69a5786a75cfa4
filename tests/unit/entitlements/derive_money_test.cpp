// SPDX-License-Identifier: Apache-2.0
// Refunds and disputes, for subscriptions and purchases alike.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "entitlements/domain/derive.hpp"
#include "user_facts_builder.hpp"

namespace tollgate::entitlements {
namespace {

struct MoneyRow {
  std::string what;
  std::function<void(UserFacts&)> happens;
  bool grants;
  std::string reason;  ///< of the refusal
};

std::function<void(UserFacts&)> refunded(std::vector<stripe::Refund> refunds) {
  return [=](UserFacts& facts) {
    for (const auto& each : refunds) facts.refunds.push_back(known(each));
  };
}
std::function<void(UserFacts&)> disputed(const std::string& status) {
  return [=](UserFacts& facts) { facts.disputes.push_back(known(dispute(status))); };
}
std::function<void(UserFacts&)> charged(const stripe::Charge& of,
                                        std::vector<stripe::Refund> refunds) {
  return [=](UserFacts& facts) {
    facts.charges.push_back(known(of));
    refunded(refunds)(facts);
  };
}

const std::vector<MoneyRow> rows{
    {"nothing", [](UserFacts&) {}, true, ""},
    {"refund_in_full", refunded({refund("re_1", 1000)}), false, "refunded"},
    {"refund_in_full_pending", refunded({refund("re_1", 1000, "pending")}), false, "refunded"},
    {"refund_in_part", refunded({refund("re_1", 400)}), true, ""},
    {"refunds_that_add_up", refunded({refund("re_1", 400), refund("re_2", 600)}), false,
     "refunded"},
    {"refund_failed", refunded({refund("re_1", 1000, "failed")}), true, ""},
    {"refund_canceled", refunded({refund("re_1", 1000, "canceled")}), true, ""},
    {"one_of_two_refunds_failed", refunded({refund("re_1", 400), refund("re_2", 600, "failed")}),
     true, ""},
    {"refund_failed_though_the_charge_says_refunded",
     charged(charge(1000, 1000), {refund("re_1", 1000, "failed")}), true, ""},
    {"charge_alone_says_refunded", charged(charge(1000, 1000), {}), false, "refunded"},
    {"charge_alone_says_partly_refunded", charged(charge(1000, 999), {}), true, ""},
    {"the_charge_knows_the_amount", charged(charge(2000), {refund("re_1", 1000)}), true, ""},
    {"dispute_opened", disputed("needs_response"), false, "disputed"},
    {"dispute_under_review", disputed("under_review"), false, "disputed"},
    {"dispute_won", disputed("won"), true, ""},
    {"dispute_lost", disputed("lost"), false, "dispute_lost"},
    {"inquiry", disputed("warning_needs_response"), true, ""},
    {"inquiry_closed", disputed("warning_closed"), true, ""},
    {"dispute_prevented", disputed("prevented"), true, ""},
    {"appeal", disputed("appeal_needs_response"), false, "dispute_appealed"},
    {"dispute_status_of_tomorrow", disputed("invented_tomorrow"), false, "unknown_status"},
};

class Money : public testing::TestWithParam<MoneyRow> {};
INSTANTIATE_TEST_SUITE_P(Policy, Money, testing::ValuesIn(rows),
                         [](const auto& row) { return row.param.what; });

void expect_row(UserFacts facts, const MoneyRow& row) {
  row.happens(facts);
  const Derived derived = derive(facts, test_mode_shop());
  ASSERT_EQ(derived.verdicts.size(), 1U);
  EXPECT_EQ(derived.verdicts[0].granted, row.grants);
  EXPECT_EQ(derived.entitlements.grants.size(), row.grants ? 1U : 0U);
  if (!row.grants) {
    EXPECT_EQ(derived.verdicts[0].reason, row.reason);
  }
}

TEST_P(Money, DecidesOverAPurchase) { expect_row(buyer(), GetParam()); }
TEST_P(Money, DecidesOverASubscription) { expect_row(subscriber(), GetParam()); }
TEST_P(Money, DecidesOverASubscriptionWhoseInvoiceNamesThePaymentItself) {
  UserFacts facts = subscriber();
  facts.invoice_payments.clear();
  facts.invoices[0].object.payment_intents = {"pi_1"};
  expect_row(facts, GetParam());
}

// Which invoice a subscription's access rests on.

TEST(DeriveMoney, CountsOnlyTheLatestPaidInvoiceOfAPeriod) {
  UserFacts facts = subscriber();
  facts.refunds = {known(refund("re_1", 1000))};
  stripe::Invoice renewal = paid_invoice("in_2", "subscription_cycle");
  renewal.created = period_ends;
  facts.invoices.push_back(known(renewal));
  facts.invoice_payments.push_back(known(invoice_payment("in_2", "pi_2")));
  EXPECT_EQ(derive(facts, test_mode_shop()).entitlements.grants.size(), 1U);

  facts.refunds[0].object.payment_intent = "pi_2";
  EXPECT_TRUE(derive(facts, test_mode_shop()).entitlements.grants.empty());
}

TEST(DeriveMoney, DoesNotCountTheRefundOfAPlanChangeOrOfAManualInvoice) {
  for (const std::string reason : {"subscription_update", "manual"}) {
    UserFacts facts = subscriber();
    facts.invoices[0].object.billing_reason = reason;
    facts.refunds = {known(refund("re_1", 1000))};
    EXPECT_EQ(derive(facts, test_mode_shop()).entitlements.grants.size(), 1U) << reason;
  }
}

TEST(DeriveMoney, KeepsARefundedPeriodRevokedWhileTheNextOneIsUnpaid) {
  UserFacts facts = subscriber();
  facts.refunds = {known(refund("re_1", 1000))};
  stripe::Invoice renewal = paid_invoice("in_2", "subscription_cycle");
  renewal.created = period_ends;
  renewal.status = "open";
  facts.invoices.push_back(known(renewal));
  EXPECT_TRUE(derive(facts, test_mode_shop()).entitlements.grants.empty());
}

TEST(DeriveMoney, ComparesRefundsWithAllPaymentsOfAnInvoiceTogether) {
  UserFacts facts = subscriber();
  facts.invoice_payments.push_back(known(invoice_payment("in_1", "pi_2")));
  facts.refunds = {known(refund("re_1", 1000))};
  EXPECT_EQ(derive(facts, test_mode_shop()).entitlements.grants.size(), 1U);
  facts.refunds.push_back(known(refund("re_2", 1000)));
  facts.refunds[1].object.payment_intent = "pi_2";
  facts.refunds[1].object.charge = "ch_2";
  EXPECT_TRUE(derive(facts, test_mode_shop()).entitlements.grants.empty());
}

TEST(DeriveMoney, FindsThePaymentOfARefundThatNamesTheChargeAlone) {
  UserFacts facts = buyer();
  facts.refunds = {known(refund("re_1", 1000))};
  facts.refunds[0].object.payment_intent = "";
  EXPECT_EQ(derive(facts, test_mode_shop()).entitlements.grants.size(), 1U);
  facts.charges = {known(charge(1000))};
  EXPECT_TRUE(derive(facts, test_mode_shop()).entitlements.grants.empty());
}

TEST(DeriveMoney, CountsARefundOnceThatTheChargeInlines) {
  UserFacts facts = buyer();
  stripe::Charge inlining = charge(1000, 500);
  inlining.refunds = {refund("re_1", 500)};
  facts.charges = {known(inlining)};
  facts.refunds = {known(refund("re_1", 500))};
  EXPECT_EQ(derive(facts, test_mode_shop()).entitlements.grants.size(), 1U);
}

TEST(DeriveMoney, DoesNotLookAtMoneyOfTheOtherMode) {
  UserFacts facts = buyer();
  facts.refunds = {known(refund("re_1", 1000))};
  facts.refunds[0].livemode = true;
  EXPECT_EQ(derive(facts, test_mode_shop()).entitlements.grants.size(), 1U);
}

TEST(DeriveMoney, LetsTheWorseOfRefundAndDisputeDecide) {
  UserFacts facts = buyer();
  facts.refunds = {known(refund("re_1", 1000))};
  facts.disputes = {known(dispute("needs_response"))};
  EXPECT_EQ(derive(facts, test_mode_shop()).verdicts.at(0).reason, "refunded");
  facts.refunds[0].object.status = "failed";
  EXPECT_EQ(derive(facts, test_mode_shop()).verdicts.at(0).reason, "disputed");
}

TEST(DeriveMoney, FollowsTheSettingsOfThePolicy) {
  CatalogContent content = shop();
  content.policy.refunded_in_part = Effect::revoke;
  content.policy.dispute_inquiry = Effect::suspend;
  const Catalog catalog{content, false};
  UserFacts partly = buyer(), asked = buyer();
  partly.refunds = {known(refund("re_1", 1))};
  asked.disputes = {known(dispute("warning_needs_response"))};
  EXPECT_EQ(derive(partly, catalog).verdicts.at(0).reason, "partly_refunded");
  EXPECT_EQ(derive(asked, catalog).verdicts.at(0).reason, "dispute_inquiry");
}

TEST(DeriveMoney, AsksForThePaymentsOfAnInvoiceOnlyWhileARefundLiesAbout) {
  UserFacts facts = subscriber();
  facts.invoice_payments.clear();
  EXPECT_TRUE(derive(facts, test_mode_shop()).needs.empty());
  facts.refunds = {known(refund("re_1", 1000))};
  EXPECT_EQ(derive(facts, test_mode_shop()).needs,
            (std::vector<Need>{{Lack::invoice_payments, stripe::ObjectKind::invoice, "in_1"}}));
  facts.sessions = {known(session())};  // It was the purchase that was refunded.
  EXPECT_TRUE(derive(facts, test_mode_shop()).needs.empty());
}

TEST(DeriveMoney, NeedsNoPaymentForAPeriodThatCostNothing) {
  UserFacts facts = subscriber();
  facts.invoice_payments.clear();
  facts.invoices[0].object.amount_paid = 0;
  facts.refunds = {known(refund("re_1", 1000))};
  EXPECT_TRUE(derive(facts, test_mode_shop()).needs.empty());
}

TEST(DeriveMoney, NamesTheChargeThatAloneTellsOfARefund) {
  UserFacts facts = buyer();
  facts.charges = {known(charge(1000, 1000))};
  const auto charges = [&] {
    const auto verdicts = derive(facts, test_mode_shop()).verdicts;
    return std::ranges::count(verdicts.at(0).facts, stripe::ObjectKind::charge,
                              &DecidingFact::kind);
  };
  EXPECT_EQ(charges(), 1);
  facts.refunds = {known(refund("re_1", 1000))};
  EXPECT_EQ(charges(), 0);
}

}  // namespace
}  // namespace tollgate::entitlements
