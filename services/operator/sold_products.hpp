// SPDX-License-Identifier: Apache-2.0
// What the catalogue sells at Stripe: the part of catalog.yaml that the operator needs.
// read_sold_products.hpp reads it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace tollgate::operations {

struct SoldPrice {
  std::string lookup_key;
  std::int64_t amount = 0;  ///< minor units of `currency`
  std::string currency;     ///< lower case, as Stripe writes it
  std::string interval;     ///< day, week, month or year; empty: paid once
};

struct SoldProduct {
  std::string kind;   ///< `plan` or `product`: where the catalogue has it
  std::string entry;  ///< its name there
  std::string id;     ///< Stripe's: the first of stripe_products, else prod_tollgate_<entry>
  std::string name;   ///< for people
  std::vector<SoldPrice> prices;
};

}  // namespace tollgate::operations
