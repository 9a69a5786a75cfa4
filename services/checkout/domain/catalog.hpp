// SPDX-License-Identifier: Apache-2.0
// What is sold, and for how much: what checkout reads of catalog.yaml (catalog_file.hpp). What it
// grants is the business of entitlements, which reads the same file.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tollgate::checkout {

struct Price {
  std::string lookup_key;
  std::int64_t amount = 0;  ///< minor units of `currency`
  std::string currency;
  std::string interval;  ///< `month`, `year`, …; empty: paid once
};

/// By what a price of Stripe's is recognised: its product, then its id, then its lookup key.
struct StripeNames {
  std::vector<std::string> products;
  std::vector<std::string> price_ids;
  std::vector<Price> prices;
};

struct Plan {
  std::string id;
  std::string name;  ///< for people
  std::int64_t rank = 0;
  std::vector<std::string> features;
  std::int64_t trial_days = 0;  ///< of a user's first subscription
  StripeNames stripe;
};

/// Bought once.
struct Product {
  std::string id;
  std::string name;
  std::string description;
  std::vector<std::string> images;  ///< https URLs
  StripeNames stripe;
};

/// Never changes while the process runs.
struct Catalog {
  std::string default_plan;
  std::vector<Plan> plans;  ///< by rank, lowest first
  std::vector<Product> products;

  /// Null: there is none.
  [[nodiscard]] const Plan* plan(std::string_view id) const;
  [[nodiscard]] const Product* product(std::string_view id) const;
  [[nodiscard]] const Plan* plan_sold_as(std::string_view product, std::string_view price,
                                         std::string_view lookup_key) const;
};

/// The plan's price of that interval; without one that of its first price. Null: not for sale so.
const Price* price_of(const Plan& plan, std::string_view interval);

}  // namespace tollgate::checkout
