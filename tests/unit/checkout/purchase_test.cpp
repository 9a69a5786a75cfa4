// SPDX-License-Identifier: Apache-2.0
#include "checkout/domain/purchase.hpp"

#include <gtest/gtest.h>

#include "checkout/domain/catalog_file.hpp"

namespace tollgate::checkout {
namespace {

Catalog catalog() {
  return *parse_catalog(R"(
default_plan: free
plans:
  free: {rank: 0}
  gold:
    rank: 1
    prices:
      - {lookup_key: gold_monthly, amount: 900, currency: usd, interval: month}
      - {lookup_key: gold_yearly, amount: 9000, currency: usd, interval: year}
products:
  handbook: {prices: [{lookup_key: handbook, amount: 2900, currency: usd}]}
  pen: {prices: [{lookup_key: pen, amount: 100, currency: usd}]}
  franc: {prices: [{lookup_key: franc, amount: 100, currency: chf}]}
  gift: {}
)",
                        "c");
}

std::string refused(const Purchase& purchase) {
  const Catalog sold = catalog();
  const auto offer = find_offer(sold, purchase);
  return offer ? "" : offer.error().code;
}

Purchase of_plan(const std::string& plan, const std::string& interval = {}) {
  Purchase purchase;
  purchase.plan = plan;
  purchase.interval = interval;
  return purchase;
}

Purchase of_items(std::vector<Purchase::Item> items) {
  Purchase purchase;
  purchase.items = std::move(items);
  return purchase;
}

TEST(Purchase, TakesThePriceOfTheIntervalFromTheCatalogue) {
  const Catalog sold = catalog();
  EXPECT_EQ(find_offer(sold, of_plan("gold"))->price->amount, 900);
  EXPECT_EQ(find_offer(sold, of_plan("gold", "year"))->price->amount, 9000);
}

TEST(Purchase, RefusesWhatIsNotSold) {
  EXPECT_EQ(refused(of_plan("silver")), "unknown_plan");
  EXPECT_EQ(refused(of_plan("free")), "plan_not_for_sale");
  EXPECT_EQ(refused(of_plan("gold", "day")), "plan_not_for_sale");
  EXPECT_EQ(refused(of_items({{"nothing", 1}})), "unknown_product");
  EXPECT_EQ(refused(of_items({{"gift", 1}})), "product_not_for_sale");
  EXPECT_EQ(refused(of_items({{"handbook", 0}})), "invalid_quantity");
  EXPECT_EQ(refused(of_items({{"handbook", 9'000}, {"handbook", 9'000}})), "invalid_quantity");
  EXPECT_EQ(refused(of_items({{"handbook", 1}, {"franc", 1}})), "mixed_currencies");
  EXPECT_EQ(refused(of_plan("")), "invalid_body");
}

TEST(Purchase, UnitesLinesOfOneProductAndSortsThem) {
  const Catalog sold = catalog();
  const auto offer = find_offer(sold, of_items({{"pen", 1}, {"handbook", 2}, {"pen", 3}}));
  ASSERT_TRUE(offer);
  EXPECT_EQ(offer->tollgate_items(), "handbook:2,pen:4");
}

TEST(Purchase, RequestsAreEqualWhenTheyAskForTheSame) {
  const Catalog sold = catalog();
  const auto text = [&](const Purchase& purchase, const char* kind = "session") {
    return canonical_text(kind, purchase, *find_offer(sold, purchase));
  };
  EXPECT_EQ(text(of_plan("gold")), text(of_plan("gold", "month")));
  EXPECT_NE(text(of_plan("gold")), text(of_plan("gold", "year")));
  EXPECT_NE(text(of_plan("gold")), text(of_plan("gold"), "subscription"));
  EXPECT_EQ(text(of_items({{"pen", 1}, {"handbook", 1}})),
            text(of_items({{"handbook", 1}, {"pen", 1}})));
  Purchase elsewhere = of_plan("gold");
  elsewhere.success_url = "https://shop.example/done";
  EXPECT_NE(text(of_plan("gold")), text(elsewhere));
}

TEST(Purchase, SendsBuyersBackToAllowedOriginsOnly) {
  const std::vector<std::string> origins{"https://shop.example", "http://127.0.0.1:8000"};
  const auto allowed = [&](const char* url) { return is_allowed_redirect(url, origins); };
  EXPECT_TRUE(allowed("https://shop.example"));
  EXPECT_TRUE(allowed("https://shop.example/done?id={CHECKOUT_SESSION_ID}"));
  EXPECT_TRUE(allowed("http://127.0.0.1:8000/"));
  EXPECT_FALSE(allowed("https://shop.example.evil.example/"));
  EXPECT_FALSE(allowed("https://shop.example:444/"));
  EXPECT_FALSE(allowed("https://shop.example@evil.example/"));
  EXPECT_FALSE(allowed("https://shop.example\\.evil.example/"));
  EXPECT_FALSE(allowed("https://shop.example/a b"));
  EXPECT_FALSE(allowed("http://shop.example/"));
  EXPECT_FALSE(allowed("//shop.example/"));
  EXPECT_FALSE(allowed("javascript:alert(1)"));
  EXPECT_FALSE(allowed(""));
}

TEST(Purchase, OnlySafeUserIdsAreReferences) {
  EXPECT_TRUE(is_reference("usr_7-A"));
  EXPECT_FALSE(is_reference("ada@shop.example"));
  EXPECT_FALSE(is_reference(""));
  EXPECT_FALSE(is_reference(std::string(201, 'a')));
}

}  // namespace
}  // namespace tollgate::checkout
