// SPDX-License-Identifier: Apache-2.0
#include "entitlements/domain/policy_rule.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/entitlements/user_facts_builder.hpp"

namespace tollgate::entitlements {
namespace {

struct Case {
  const char* reason;
  stripe::ObjectKind kind;
  const char* plan;
  const char* setting;
  const char* value;
};

constexpr auto subscription = stripe::ObjectKind::subscription;
constexpr auto of_session = stripe::ObjectKind::checkout_session;
constexpr auto dispute = stripe::ObjectKind::dispute;

// Every reason that derive gives, and the line of the catalogue that it rests on.
constexpr Case cases[] = {
    {"active", subscription, "basic", "policy.statuses.active", "period"},
    {"trialing", subscription, "basic", "policy.statuses.trialing", "period"},
    {"past_due_grace", subscription, "basic", "policy.statuses.past_due", "grace"},
    {"canceled", subscription, "basic", "policy.statuses.canceled", "none"},
    {"unpaid", subscription, "basic", "policy.statuses.unpaid", "none"},
    {"unknown_status", subscription, "basic", "policy.statuses", "none"},
    {"unknown_status", dispute, "basic", "policy.dispute_opened", "suspend"},
    {"collection_paused", subscription, "basic", "policy.collection_paused", "keep"},
    {"refunded", subscription, "basic", "policy.refunded_in_full", "revoke"},
    {"partly_refunded", of_session, "handbook", "policy.refunded_in_part", "keep"},
    {"refund_failed", of_session, "handbook", "policy.refund_failed", "keep"},
    {"disputed", of_session, "handbook", "policy.dispute_opened", "suspend"},
    {"dispute_won", of_session, "handbook", "policy.dispute_won", "keep"},
    {"dispute_lost", of_session, "handbook", "policy.dispute_lost", "revoke"},
    {"dispute_inquiry", of_session, "handbook", "policy.dispute_inquiry", "keep"},
    {"dispute_prevented", of_session, "handbook", "policy.dispute_prevented", "keep"},
    {"dispute_appealed", of_session, "handbook", "policy.dispute_appealed", "suspend"},
    {"unpaid", of_session, "handbook", "policy.unpaid_purchase", "suspend"},
    {"purchase", of_session, "handbook", "products.handbook.duration", ""},
    {"purchase", of_session, "day_pass", "products.day_pass.duration", "1d"},
    {"unknown_product", of_session, "prod_x", "plans, products", ""},
    {"other_mode", subscription, "basic", "STRIPE_MODE", "test"},
    {"other_account", subscription, "basic", "accounts", "own"},
    {"deleted", subscription, "basic", "", ""},
    {"unknown_items", of_session, "", "", ""},
    {"unknown_period", subscription, "basic", "", ""},
    {"dispute_refunded", of_session, "handbook", "", ""},
};

TEST(PolicyRule, EveryReasonRestsOnALineOfTheCatalogue) {
  const Catalog catalog = test_mode_shop();
  for (const Case& each : cases) {
    Verdict verdict;
    verdict.reason = each.reason;
    verdict.plan = each.plan;
    verdict.facts.push_back({each.kind, "id", "evt"});
    const PolicyRule rule = rule_of(verdict, catalog);
    EXPECT_EQ(rule.setting, each.setting) << each.reason;
    EXPECT_EQ(rule.value, each.value) << each.reason;
    EXPECT_NE(rule.text, "") << each.reason;
  }
}

TEST(PolicyRule, TheTextSaysHowLong) {
  Verdict verdict;
  verdict.reason = "active";
  EXPECT_THAT(rule_of(verdict, test_mode_shop()).text, testing::HasSubstr("2d of leeway"));
  CatalogContent content = shop();
  content.policy.grace = hours{36};
  verdict.reason = "past_due_grace";
  EXPECT_THAT(rule_of(verdict, Catalog{content, false}).text, testing::HasSubstr("for 36h"));
}

}  // namespace
}  // namespace tollgate::entitlements
