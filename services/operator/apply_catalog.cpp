// SPDX-License-Identifier: Apache-2.0
#include "operator/apply_catalog.hpp"

#include <algorithm>

#include "operator/catalog_changes.hpp"
#include "operator/stripe_objects_json.hpp"

namespace tollgate::operations {
namespace {

// Stripe's limits of `ids` and `lookup_keys` of one request.
constexpr std::size_t ids_max = 100;
constexpr std::size_t lookup_keys_max = 10;

/// Lists `path` once for every so many values of the parameter `name`.
template <class Found>
void find_by(AskStripe& stripe, const std::string& path, const std::string& name,
             const std::vector<std::string>& values, std::size_t values_max,
             Found (*read)(std::string_view), std::vector<Found>& found) {
  for (std::size_t begin = 0; begin < values.size(); begin += values_max) {
    stripe::Form filters;
    const std::size_t end = std::min(values.size(), begin + values_max);
    for (std::size_t i = begin; i < end; ++i) {
      filters.add(name + "[" + std::to_string(i - begin) + "]", values[i]);
    }
    for (const std::string& json : stripe.list(path, filters)) found.push_back(read(json));
  }
}

std::vector<CatalogChange> find_changes(const std::vector<SoldProduct>& sold, AskStripe& stripe) {
  std::vector<std::string> ids;
  std::vector<std::string> lookup_keys;
  for (const SoldProduct& product : sold) {
    ids.push_back(product.id);
    for (const SoldPrice& price : product.prices) lookup_keys.push_back(price.lookup_key);
  }
  std::vector<FoundProduct> products;
  std::vector<FoundPrice> prices;
  find_by(stripe, "/v1/products", "ids", ids, ids_max, read_product, products);
  find_by(stripe, "/v1/prices", "lookup_keys", lookup_keys, lookup_keys_max, read_price, prices);
  for (const FoundProduct& product : products) {
    stripe::Form filters;
    filters.add("product", product.id).add("active", true);
    for (const std::string& json : stripe.list("/v1/prices", filters)) {
      prices.push_back(read_price(json));
    }
  }
  return find_catalog_changes(sold, products, prices);
}

char sign_of(ChangeKind kind) {
  switch (kind) {
    case ChangeKind::create: return '+';
    case ChangeKind::update: return '~';
    case ChangeKind::retire: break;
  }
  return '-';
}

void show(const std::vector<CatalogChange>& changes, std::ostream& out) {
  std::string entry;
  for (const CatalogChange& change : changes) {
    if (change.entry != entry) out << change.entry << '\n';
    entry = change.entry;
    out << "  " << sign_of(change.kind) << ' ' << change.text << '\n';
  }
  const auto count = [&](ChangeKind kind) {
    return std::ranges::count(changes, kind, &CatalogChange::kind);
  };
  out << count(ChangeKind::create) << " to create, " << count(ChangeKind::update) << " to change, "
      << count(ChangeKind::retire) << " to retire" << std::endl;
}

}  // namespace

Applied apply_catalog(const std::vector<SoldProduct>& sold, AskStripe& stripe,
                      const Consent& consent, std::ostream& out) {
  const std::vector<CatalogChange> changes = find_changes(sold, stripe);
  if (changes.empty()) {
    out << "nothing to do: Stripe sells what the catalogue says" << std::endl;
    return Applied::unchanged;
  }
  show(changes, out);
  if (!consent()) return Applied::withheld;
  std::size_t done = 0;
  for (const CatalogChange& change : changes) {
    const FoundProduct made = read_product(stripe.post(change.path, change.form));
    out << "done " << ++done << '/' << changes.size() << ": " << made.id << std::endl;
  }
  return Applied::done;
}

}  // namespace tollgate::operations
