// SPDX-License-Identifier: Apache-2.0
#include "entitlements/domain/catalog.hpp"

#include <algorithm>
#include <utility>

namespace tollgate::entitlements {
namespace {

template <class Entry, class Index>
const Entry* find_entry(const std::vector<Entry>& entries, const Index& index,
                        std::string_view id) {
  const auto found = index.find(std::string{id});
  return found == index.end() ? nullptr : &entries[found->second];
}

}  // namespace

Catalog::Catalog(CatalogContent content, bool livemode)
    : content_(std::move(content)), livemode_(livemode) {
  for (std::size_t i = 0; i < content_.plans.size(); ++i) {
    plans_.emplace(content_.plans[i].id, i);
    plans_sold_.add(content_.plans[i].stripe, i);
  }
  for (std::size_t i = 0; i < content_.products.size(); ++i) {
    products_.emplace(content_.products[i].id, i);
    products_sold_.add(content_.products[i].stripe, i);
  }
  default_plan_ = plans_.at(content_.default_plan);
}

bool Catalog::counts(std::string_view account, bool livemode) const {
  return livemode == livemode_ &&
         std::ranges::find(content_.accounts, account) != content_.accounts.end();
}

const Plan* Catalog::plan(std::string_view id) const {
  return find_entry(content_.plans, plans_, id);
}

const Product* Catalog::product(std::string_view id) const {
  return find_entry(content_.products, products_, id);
}

const Plan* Catalog::plan_sold_as(std::string_view product, std::string_view price,
                                  std::string_view lookup_key) const {
  const auto position = plans_sold_.find(product, price, lookup_key);
  return position ? &content_.plans[*position] : nullptr;
}

const Product* Catalog::product_sold_as(std::string_view product, std::string_view price,
                                        std::string_view lookup_key) const {
  const auto position = products_sold_.find(product, price, lookup_key);
  return position ? &content_.products[*position] : nullptr;
}

Combine Catalog::limits_of(std::string_view feature) const {
  const auto found = content_.feature_limits.find(feature);
  return found == content_.feature_limits.end() ? content_.policy.limits : found->second;
}

void Catalog::SoldAs::add(const StripeNames& names, std::size_t position) {
  for (const std::string& product : names.products) by_product.emplace(product, position);
  for (const std::string& price : names.price_ids) by_price.emplace(price, position);
  for (const Price& price : names.prices) by_lookup_key.emplace(price.lookup_key, position);
}

std::optional<std::size_t> Catalog::SoldAs::find(std::string_view product, std::string_view price,
                                                 std::string_view lookup_key) const {
  const std::pair<const Index*, std::string_view> ways[] = {
      {&by_product, product}, {&by_price, price}, {&by_lookup_key, lookup_key}};
  for (const auto& [index, name] : ways) {
    if (name.empty()) continue;
    if (const auto found = index->find(std::string{name}); found != index->end())
      return found->second;
  }
  return std::nullopt;
}

}  // namespace tollgate::entitlements
