// SPDX-License-Identifier: Apache-2.0
#include "checkout/domain/catalog_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tollgate::checkout {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(CheckoutCatalog, ReadsTheDevelopmentCatalogueOfTheRepository) {
  const auto catalog = read_catalog(TOLLGATE_SOURCE_DIR "/deploy/catalog.yaml");
  ASSERT_TRUE(catalog);
  EXPECT_EQ(catalog->default_plan, "free");
  ASSERT_EQ(catalog->plans.size(), 3U);
  const Plan& professional = catalog->plans[1];
  EXPECT_EQ(professional.id, "professional");
  EXPECT_THAT(professional.features, ElementsAre("api_access"));
  EXPECT_EQ(price_of(professional, "")->amount, 1900);
  EXPECT_EQ(price_of(professional, "year")->lookup_key, "professional_yearly");
  EXPECT_EQ(price_of(professional, "week"), nullptr);
  EXPECT_EQ(price_of(catalog->plans[0], ""), nullptr);
  EXPECT_EQ(catalog->product("handbook")->stripe.prices.front().amount, 2900);
}

TEST(CheckoutCatalog, RecognisesWhatIsSoldByProductPriceOrLookupKey) {
  const auto catalog = parse_catalog(R"(
default_plan: free
plans:
  gold: {rank: 2, stripe_products: [prod_gold], stripe_prices: [price_gold],
         prices: [{lookup_key: gold, amount: 5, currency: usd, interval: month}]}
  free: {rank: 1}
)",
                                     "c");
  ASSERT_TRUE(catalog);
  EXPECT_EQ(catalog->plans.front().id, "free");
  EXPECT_EQ(catalog->plan_sold_as("prod_gold", "", "")->id, "gold");
  EXPECT_EQ(catalog->plan_sold_as("other", "price_gold", "")->id, "gold");
  EXPECT_EQ(catalog->plan_sold_as("other", "other", "gold")->id, "gold");
  EXPECT_EQ(catalog->plan_sold_as("other", "other", ""), nullptr);
}

TEST(CheckoutCatalog, PassesOverWhatOnlyEntitlementsReads) {
  EXPECT_TRUE(parse_catalog("default_plan: a\nplans: {a: {rank: 0}}\npolicy: {grace: 7d}\n", "c"));
}

TEST(CheckoutCatalog, TellsEachFaultWithItsLine) {
  const auto catalog = parse_catalog(
      "default_plan: b\nplans:\n  a:\n    prices:\n    - {lookup_key: x, currency: usd}\n"
      "    - {lookup_key: x, amount: 1, currency: usd}\nproducts:\n  p: {images: [http://x]}\n",
      "c.yaml");
  ASSERT_FALSE(catalog);
  EXPECT_THAT(catalog.error().messages,
              ElementsAre(HasSubstr("there is no plan 'b'"), HasSubstr("rank is missing"),
                          HasSubstr("c.yaml:5: plan 'a' price: amount is missing"),
                          HasSubstr("c.yaml:6: plan 'a' price: lookup key 'x' stands twice"),
                          HasSubstr("c.yaml:8: product 'p': images must be https URLs")));
}

}  // namespace
}  // namespace tollgate::checkout
