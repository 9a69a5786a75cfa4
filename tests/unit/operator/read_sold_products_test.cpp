// SPDX-License-Identifier: Apache-2.0
#include "operator/read_sold_products.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tollgate::operations {
namespace {

using testing::ElementsAre;

std::vector<std::string> faults_of(std::string_view yaml) {
  const auto sold = parse_sold_products(yaml, "c.yaml");
  return sold ? std::vector<std::string>{} : sold.error().messages;
}

TEST(SoldProducts, TheDevelopmentCatalogueSellsTwoPlansAndAHandbook) {
  const auto sold = read_sold_products(TOLLGATE_SOURCE_DIR "/deploy/catalog.yaml");
  ASSERT_TRUE(sold) << sold.error().messages.front();
  std::vector<std::string> ids;
  for (const SoldProduct& product : *sold) ids.push_back(product.kind + " " + product.id);
  EXPECT_THAT(ids, ElementsAre("plan prod_tollgate_professional", "plan prod_tollgate_enterprise",
                               "product prod_tollgate_handbook"));
  const SoldPrice& monthly = sold->front().prices.front();
  EXPECT_EQ(monthly.lookup_key, "professional_monthly");
  EXPECT_EQ(monthly.amount, 1900);
  EXPECT_EQ(monthly.currency, "usd");
  EXPECT_EQ(monthly.interval, "month");
  EXPECT_EQ(sold->back().prices.front().interval, "");
}

TEST(SoldProducts, AnEntryWithoutStripesProductGetsAnIdOfItsName) {
  const auto sold = parse_sold_products(
      "plans: {gold: {prices: [{lookup_key: g, amount: 1, currency: eur}]}}", "c.yaml");
  ASSERT_TRUE(sold);
  EXPECT_EQ(sold->front().id, "prod_tollgate_gold");
  EXPECT_EQ(sold->front().name, "gold");
}

TEST(SoldProducts, EntriesWithoutPricesAreNotSold) {
  const auto sold = parse_sold_products(
      "plans: {free: {rank: 0}, old: {stripe_products: [prod_1]}, none: {prices: []}, nil: }", "c");
  ASSERT_TRUE(sold);
  EXPECT_TRUE(sold->empty());
}

TEST(SoldProducts, EveryFaultIsToldWithItsLine) {
  EXPECT_THAT(
      faults_of("plans:\n"
                "  gold:\n"
                "    prices:\n"
                "      - {amount: 19.00, currency: USD, interval: monthly}\n"
                "      - {lookup_key: a, amount: -1, currency: usd}\n"),
      ElementsAre("c.yaml:4: plan 'gold' price: lookup_key is missing",
                  "c.yaml:4: plan 'gold' price: amount must be a whole number of at least 0",
                  "c.yaml:4: plan 'gold' price: currency must be three small letters",
                  "c.yaml:4: plan 'gold' price: interval must be day, week, month or year",
                  "c.yaml:5: plan 'gold' price: amount must be a whole number of at least 0"));
}

TEST(SoldProducts, OneLookupKeyOfTwoPricesIsAFault) {
  EXPECT_THAT(faults_of("plans: {a: {prices: [{lookup_key: k, amount: 1, currency: usd}]}}\n"
                        "products: {b: {prices: [{lookup_key: k, amount: 2, currency: usd}]}}\n"),
              ElementsAre("c.yaml:2: product 'b': lookup key 'k' is already that of plan 'a'"));
}

TEST(SoldProducts, WhatIsNoCatalogueIsAFaultAndNoCrash) {
  for (const char* text :
       {"", "- 1", "plans: 3", "plans: {a: {prices: 3}}", "plans: {a: [", "plans: {[1]: 2}",
        "plans: {a: {prices: [3]}}", "plans: {a: {prices: [{}], name: []}}",
        "plans: {a: {stripe_products: x, prices: [{}]}}"}) {
    EXPECT_FALSE(faults_of(text).empty()) << text;
  }
  EXPECT_FALSE(read_sold_products("/nonexistent/catalog.yaml"));
}

}  // namespace
}  // namespace tollgate::operations
