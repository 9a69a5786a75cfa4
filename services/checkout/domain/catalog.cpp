// SPDX-License-Identifier: Apache-2.0
#include "checkout/domain/catalog.hpp"

#include <algorithm>

namespace tollgate::checkout {
namespace {

template <class Entry>
const Entry* with_id(const std::vector<Entry>& entries, std::string_view id) {
  const auto found = std::ranges::find(entries, id, &Entry::id);
  return found == entries.end() ? nullptr : &*found;
}

bool names(const StripeNames& known, std::string_view product, std::string_view price,
           std::string_view lookup_key) {
  const auto is_lookup_key = [&](const Price& each) { return each.lookup_key == lookup_key; };
  return std::ranges::find(known.products, product) != known.products.end() ||
         std::ranges::find(known.price_ids, price) != known.price_ids.end() ||
         (!lookup_key.empty() && std::ranges::any_of(known.prices, is_lookup_key));
}

}  // namespace

const Plan* Catalog::plan(std::string_view id) const { return with_id(plans, id); }

const Product* Catalog::product(std::string_view id) const { return with_id(products, id); }

const Plan* Catalog::plan_sold_as(std::string_view product, std::string_view price,
                                  std::string_view lookup_key) const {
  const auto found = std::ranges::find_if(
      plans, [&](const Plan& plan) { return names(plan.stripe, product, price, lookup_key); });
  return found == plans.end() ? nullptr : &*found;
}

const Price* price_of(const Plan& plan, std::string_view interval) {
  const auto fits = [&](const Price& price) {
    return !price.interval.empty() && (interval.empty() || price.interval == interval);
  };
  const auto found = std::ranges::find_if(plan.stripe.prices, fits);
  return found == plan.stripe.prices.end() ? nullptr : &*found;
}

}  // namespace tollgate::checkout
