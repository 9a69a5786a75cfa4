// SPDX-License-Identifier: Apache-2.0
#include "operator/catalog_changes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tollgate::operations {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const SoldProduct gold{.kind = "plan",
                       .entry = "gold",
                       .id = "prod_gold",
                       .name = "Gold",
                       .prices = {{"gold_monthly", 1900, "usd", "month"}}};

const FoundProduct found_gold{
    .id = "prod_gold", .name = "Gold", .active = true, .metadata = {{"tollgate_plan", "gold"}}};

const FoundPrice found_monthly{.id = "price_1",
                               .lookup_key = "gold_monthly",
                               .product = "prod_gold",
                               .amount = 1900,
                               .currency = "usd",
                               .interval = "month",
                               .interval_count = 1,
                               .active = true,
                               .metadata = {{price_mark, "gold_monthly"}}};

/// Each as `<+~-> <path> <body>`.
std::vector<std::string> posts(const std::vector<SoldProduct>& sold,
                               const std::vector<FoundProduct>& products,
                               const std::vector<FoundPrice>& prices) {
  std::vector<std::string> found;
  for (const CatalogChange& change : find_catalog_changes(sold, products, prices)) {
    const char* sign = change.kind == ChangeKind::create   ? "+ "
                       : change.kind == ChangeKind::update ? "~ "
                                                           : "- ";
    found.push_back(sign + change.path + " " + change.form.text());
  }
  return found;
}

const std::string create_monthly =
    "+ /v1/prices product=prod_gold&currency=usd&unit_amount=1900&recurring%5Binterval%5D=month&"
    "lookup_key=gold_monthly&transfer_lookup_key=true&metadata%5Btollgate_lookup_key%5D="
    "gold_monthly";

TEST(CatalogChanges, AnEmptyAccountGetsProductAndPrice) {
  EXPECT_THAT(posts({gold}, {}, {}),
              ElementsAre("+ /v1/products id=prod_gold&name=Gold&metadata%5Btollgate_plan%5D=gold",
                          create_monthly));
}

TEST(CatalogChanges, WhatIsAsTheCatalogueSaysNeedsNothing) {
  // As from the two listings, by key and by product.
  EXPECT_THAT(posts({gold}, {found_gold}, {found_monthly, found_monthly}), IsEmpty());
}

TEST(CatalogChanges, AnotherAmountIsANewPriceAndTheOldOneIsRetired) {
  FoundPrice old = found_monthly;
  old.amount = 1500;
  const auto changes = find_catalog_changes({gold}, {found_gold}, {old});
  EXPECT_THAT(posts({gold}, {found_gold}, {old}),
              ElementsAre(create_monthly, "- /v1/prices/price_1 active=false"));
  EXPECT_EQ(changes.front().text,
            "price gold_monthly: 1500 usd every month -> 1900 usd every month");
  EXPECT_EQ(changes.front().entry, "plan gold, prod_gold");
}

TEST(CatalogChanges, CurrencyIntervalAndProductAreNeverChangedInPlaceEither) {
  FoundPrice other = found_monthly;
  other.currency = "eur";
  EXPECT_THAT(posts({gold}, {found_gold}, {other}), ElementsAre(create_monthly, HasSubstr("- ")));
  other = found_monthly;
  other.interval_count = 3;
  EXPECT_THAT(posts({gold}, {found_gold}, {other}), ElementsAre(create_monthly, HasSubstr("- ")));
  other = found_monthly;
  other.product = "prod_other";
  EXPECT_THAT(posts({gold}, {found_gold}, {other}), ElementsAre(create_monthly, HasSubstr("- ")));
  other = found_monthly;
  other.amount = std::nullopt;
  EXPECT_THAT(posts({gold}, {found_gold}, {other}), ElementsAre(create_monthly, HasSubstr("- ")));
}

TEST(CatalogChanges, ARunThatDiedBeforeItRetiredTheOldPriceIsFinishedByTheNext) {
  FoundPrice old = found_monthly;
  old.id = "price_0";
  old.lookup_key.clear();
  old.amount = 1500;
  EXPECT_THAT(posts({gold}, {found_gold}, {found_monthly, old}),
              ElementsAre("- /v1/prices/price_0 active=false"));
}

TEST(CatalogChanges, APriceMadeByHandIsTakenOverAndMarked) {
  FoundPrice by_hand = found_monthly;
  by_hand.metadata.clear();
  const std::string mark = "~ /v1/prices/price_1 metadata%5Btollgate_lookup_key%5D=gold_monthly";
  EXPECT_THAT(posts({gold}, {found_gold}, {by_hand}), ElementsAre(mark));
  // Before its successor takes the key: else a crash in between would leave it sold for ever.
  by_hand.amount = 1500;
  EXPECT_THAT(posts({gold}, {found_gold}, {by_hand}),
              ElementsAre(mark, create_monthly, "- /v1/prices/price_1 active=false"));
}

TEST(CatalogChanges, PricesOfTheProductThatTheCatalogueNeverMadeAreLeftAlone) {
  FoundPrice foreign = found_monthly;
  foreign.id = "price_9";
  foreign.lookup_key = "black_friday";
  foreign.metadata.clear();
  EXPECT_THAT(posts({gold}, {found_gold}, {found_monthly, foreign}), IsEmpty());
}

TEST(CatalogChanges, APriceThatTheCatalogueDroppedIsRetired) {
  FoundPrice dropped = found_monthly;
  dropped.id = "price_2";
  dropped.lookup_key = "gold_yearly";
  dropped.metadata = {{price_mark, "gold_yearly"}};
  EXPECT_THAT(posts({gold}, {found_gold}, {found_monthly, dropped}),
              ElementsAre("- /v1/prices/price_2 active=false"));
}

TEST(CatalogChanges, ArchivedOnesAreSoldAgain) {
  FoundProduct product = found_gold;
  product.active = false;
  product.name = "Old";
  FoundPrice price = found_monthly;
  price.active = false;
  EXPECT_THAT(posts({gold}, {product}, {price}),
              ElementsAre("~ /v1/products/prod_gold name=Gold&active=true",
                          "~ /v1/prices/price_1 active=true"));
  price.amount = 1500;  // Retired already: only the new one is due.
  EXPECT_THAT(posts({gold}, {found_gold}, {price}), ElementsAre(create_monthly));
}

TEST(CatalogChanges, AOneOffPriceHasNoInterval) {
  SoldProduct book = gold;
  book.kind = "product";
  book.prices = {{"book", 2900, "usd", ""}};
  const auto found = posts({book}, {}, {});
  EXPECT_THAT(found.front(), HasSubstr("tollgate_product"));
  EXPECT_THAT(found.back(), testing::Not(HasSubstr("recurring")));
}

}  // namespace
}  // namespace tollgate::operations
