// SPDX-License-Identifier: Apache-2.0
#include "entitlements/domain/catalog_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tollgate::entitlements {
namespace {

using testing::ElementsAre;

const std::string start = "revision: 3\ndefault_plan: free\n";
const std::string free_plan = "plans:\n  free: {rank: 0}\n";

std::vector<std::string> faults_of(const std::string& yaml) {
  const auto read = parse_catalog(yaml, "catalog.yaml");
  return read ? std::vector<std::string>{} : read.error().messages;
}

TEST(CatalogFile, ReadsTheSmallestCatalogue) {
  const auto read = parse_catalog(start + free_plan, "catalog.yaml");
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->revision, 3);
  EXPECT_EQ(read->default_plan, "free");
  EXPECT_EQ(read->accounts, std::vector<std::string>{""});
  EXPECT_EQ(read->policy, Policy{});
  EXPECT_EQ(read->plans.at(0).name, "free");
}

TEST(CatalogFile, ReadsTheDevelopmentCatalogue) {
  const auto read = read_catalog(TOLLGATE_SOURCE_DIR "/deploy/catalog.yaml");
  ASSERT_TRUE(read.has_value()) << testing::PrintToString(read.error().messages);
  const Catalog catalog{*read, false};
  EXPECT_EQ(catalog.default_plan().id, "free");
  EXPECT_EQ(catalog.policy(), Policy{});
  const Plan* const professional = catalog.plan("professional");
  const Plan* const enterprise = catalog.plan("enterprise");
  ASSERT_TRUE(professional && enterprise);
  EXPECT_EQ(professional->features, (FeatureGrants{{"api_access", {}}}));
  EXPECT_EQ(enterprise->features, (FeatureGrants{{"api_access", {}}, {"sso", {}}}));
  EXPECT_GT(enterprise->rank, professional->rank);
  EXPECT_EQ(catalog.plan_sold_as("prod_tollgate_professional", "", ""), professional);
  EXPECT_EQ(catalog.plan_sold_as("", "", "professional_yearly"), professional);
  EXPECT_EQ(catalog.plan_sold_as("prod_tollgate_enterprise", "", ""), enterprise);
  EXPECT_EQ(catalog.plan_sold_as("", "", "enterprise_yearly"), enterprise);
  EXPECT_EQ(professional->stripe.prices.at(0),
            (Price{"professional_monthly", 1900, "usd", "month"}));
  EXPECT_EQ(enterprise->stripe.prices.at(0), (Price{"enterprise_monthly", 9900, "usd", "month"}));
  const Product* const handbook = catalog.product_sold_as("prod_tollgate_handbook", "", "");
  ASSERT_TRUE(handbook);
  EXPECT_EQ(handbook->id, "handbook");
  EXPECT_EQ(handbook->features, (FeatureGrants{{"handbook", {}}}));
  EXPECT_EQ(handbook->duration, std::nullopt);
  EXPECT_EQ(handbook->stripe.prices.at(0), (Price{"handbook", 2900, "usd", ""}));
}

TEST(CatalogFile, ReadsEverySetting) {
  const auto read = parse_catalog(R"(revision: 12
default_plan: free
accounts: [own, acct_1]
features:
  seats: {limits: add}
plans:
  free: {rank: 0, name: Free of charge}
  team:
    rank: 5
    features: {seats: {limit: 3, per_unit: true}, projects: {}}
    stripe_products: [prod_1]
    stripe_prices: [price_1]
products:
  pass: {plan: team, duration: 36h, features: [extra]}
policy:
  leeway: 90s
  grace: 14d
  statuses: {unpaid: grace, limbo: period}
  refunded_in_part: revoke
  dispute_won: restore
  dispute_inquiry: suspend
  quantities: highest
  limits: add
)",
                                  "catalog.yaml");
  ASSERT_TRUE(read.has_value()) << testing::PrintToString(read.error().messages);
  EXPECT_EQ(read->accounts, (std::vector<std::string>{"", "acct_1"}));
  EXPECT_EQ(read->feature_limits.at("seats"), Combine::add);
  const Plan& team = read->plans.at(1);
  EXPECT_EQ(team.features,
            (FeatureGrants{{"projects", {}}, {"seats", {.limit = 3, .per_unit = true}}}));
  EXPECT_EQ(team.stripe.price_ids, std::vector<std::string>{"price_1"});
  EXPECT_EQ(read->products.at(0).duration, std::chrono::hours{36});
  EXPECT_EQ(read->products.at(0).plan, "team");
  EXPECT_EQ(read->policy.leeway, std::chrono::seconds{90});
  EXPECT_EQ(read->policy.grace, std::chrono::days{14});
  EXPECT_EQ(read->policy.statuses.at("unpaid"), StatusRule::grace);
  EXPECT_EQ(read->policy.statuses.at("limbo"), StatusRule::period);
  EXPECT_EQ(read->policy.statuses.at("active"), StatusRule::period);
  EXPECT_EQ(read->policy.refunded_in_part, Effect::revoke);
  EXPECT_EQ(read->policy.dispute_won, Effect::keep);
  EXPECT_EQ(read->policy.dispute_inquiry, Effect::suspend);
  EXPECT_EQ(read->policy.quantities, Combine::highest);
  EXPECT_EQ(read->policy.limits, Combine::add);
}

// What is wrong is told with its line.

TEST(CatalogFile, NamesTheLineOfEveryFaultAtOnce) {
  EXPECT_THAT(
      faults_of(R"(revision: none
default_plan: gold
plans:
  free:
    rank: -1
    colour: blue
  basic:
    features: api
products:
  pass:
    duration: soon
)"),
      ElementsAre("catalog.yaml:1: catalogue: revision must be a whole number of at least 1",
                  "catalog.yaml:2: catalogue: default_plan: there is no plan 'gold'",
                  "catalog.yaml:5: plan 'free': rank must be a whole number of at least 0",
                  "catalog.yaml:6: plan 'free': does not know 'colour'",
                  "catalog.yaml:7: plan 'basic': rank is missing",
                  "catalog.yaml:8: plan 'basic' features: must hold members of the form "
                  "`name: value`",
                  "catalog.yaml:11: product 'pass': duration must be a time such as 36h or 7d"));
}

TEST(CatalogFile, RefusesTextThatIsNotYaml) {
  EXPECT_THAT(faults_of("revision: 1\nplans: [free\n"),
              ElementsAre(testing::StartsWith("catalog.yaml:3: not YAML: ")));
}

TEST(CatalogFile, RefusesAnEmptyFileAndOneThatIsNoMap) {
  EXPECT_FALSE(faults_of("").empty());
  EXPECT_FALSE(faults_of("- free\n").empty());
}

TEST(CatalogFile, RefusesAFileThatIsNotThere) {
  const auto read = read_catalog("/nowhere/catalog.yaml");
  ASSERT_TRUE(read.has_error());
  EXPECT_THAT(read.error().messages, ElementsAre("/nowhere/catalog.yaml: cannot be read"));
}

TEST(CatalogFile, RefusesANameOfStripesThatLeadsToTwoPlaces) {
  EXPECT_THAT(
      faults_of(start + R"(plans:
  free: {rank: 0}
  one: {rank: 1, stripe_products: [prod_1]}
  two:
    rank: 2
    stripe_products: [prod_1]
products:
  book:
    prices:
      - {lookup_key: book, amount: 1, currency: usd}
      - {lookup_key: book, amount: 2, currency: usd}
)"),
      ElementsAre(
          "catalog.yaml:8: plan 'two': Stripe product 'prod_1' is already that of plan 'one'",
          "catalog.yaml:13: product 'book': lookup key 'book' is already that of product "
          "'book'"));
}

TEST(CatalogFile, RefusesTwoPlansOfOneRank) {
  EXPECT_THAT(faults_of(start + "plans:\n  free: {rank: 0}\n  gold:\n    rank: 0\n"),
              ElementsAre("catalog.yaml:6: plan 'gold': has the rank of plan 'free'"));
}

TEST(CatalogFile, RefusesMembersThatStandTwice) {
  EXPECT_THAT(faults_of(start + "revision: 4\n" + free_plan),
              ElementsAre("catalog.yaml:3: catalogue: has 'revision' twice"));
}

TEST(CatalogFile, RefusesWordsThatItDoesNotKnow) {
  EXPECT_THAT(
      faults_of(start + free_plan + "accounts: [mine]\npolicy: {dispute_lost: shrug, grace: 7}\n"),
      ElementsAre("catalog.yaml:5: catalogue: account 'mine' is neither `own` nor an id such as "
                  "acct_1",
                  "catalog.yaml:6: policy: grace must be a time such as 36h or 7d",
                  "catalog.yaml:6: policy: dispute_lost must be one of keep, restore, revoke, "
                  "suspend"));
}

TEST(CatalogFile, RefusesAProductWhoseNameCouldNotTravelInMetadata) {
  EXPECT_THAT(faults_of(start + free_plan + "products:\n  'a:b': {}\n"),
              ElementsAre(testing::HasSubstr("a colon or comma cannot stand in its name")));
}

TEST(CatalogFile, RefusesAProductThatGrantsAPlanWhichIsNotThere) {
  EXPECT_THAT(faults_of(start + free_plan + "products:\n  pass: {plan: gold}\n"),
              ElementsAre("catalog.yaml:6: product 'pass': there is no plan 'gold'"));
}

TEST(CatalogFile, WhatStripeWouldRefuseOfAPriceIsToldWithItsLine) {
  EXPECT_THAT(faults_of(start + R"(plans:
  free: {rank: 0}
  gold:
    rank: 1
    prices:
      - {lookup_key: a, amount: 1, currency: dollars, interval: month}
      - {lookup_key: b, amount: 1, currency: usd,
         interval: fortnight}
      - {lookup_key: c, amount: 1, currency: EUR, interval: year}
)"),
              ElementsAre("catalog.yaml:8: plan 'gold' price: currency must be three small letters "
                          "such as usd",
                          "catalog.yaml:10: plan 'gold' price: interval must be one of day, month, "
                          "week, year",
                          "catalog.yaml:11: plan 'gold' price: currency must be three small "
                          "letters such as usd"));
}

TEST(CatalogFile, ARankThatCannotBeReadIsNobodyElsesRank) {
  EXPECT_THAT(
      faults_of(start + "plans:\n  free: {rank: 0}\n  gold: {rank: high}\n"),
      ElementsAre("catalog.yaml:5: plan 'gold': rank must be a whole number of at least 0"));
}

TEST(CatalogFile, AnEmptyFileIsToldOfAsItsFirstLine) {
  EXPECT_THAT(faults_of(""), ElementsAre("catalog.yaml:1: catalogue: revision is missing",
                                         "catalog.yaml:1: catalogue: default_plan is missing"));
}

}  // namespace
}  // namespace tollgate::entitlements
