// SPDX-License-Identifier: Apache-2.0
#include "operator/catalog_changes.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

namespace tollgate::operations {
namespace {

// The mark as a parameter of Stripe's.
const std::string price_mark_field = "metadata[tollgate_lookup_key]";

std::string describe(const std::string& amount, const std::string& currency,
                     const std::string& interval, std::int64_t interval_count = 1) {
  std::string text = amount + " " + currency;
  if (interval.empty()) return text + " once";
  text += " every ";
  return text + (interval_count == 1 ? interval : std::to_string(interval_count) + " " + interval);
}

std::string describe(const SoldPrice& price) {
  return describe(std::to_string(price.amount), price.currency, price.interval);
}

std::string describe(const FoundPrice& price) {
  const std::string amount = price.amount ? std::to_string(*price.amount) : "no fixed amount";
  return describe(amount, price.currency, price.interval, price.interval_count);
}

/// Everything that Stripe never lets change on a price.
bool is_same(const FoundPrice& found, const SoldPrice& sold, const std::string& product) {
  return found.product == product && found.amount == sold.amount &&
         found.currency == sold.currency && found.interval == sold.interval &&
         found.interval_count == 1;
}

bool has(const Metadata& metadata, const std::string& key, const std::string& value) {
  const auto found = metadata.find(key);
  return found != metadata.end() && found->second == value;
}

std::string quoted(const std::string& text) { return '"' + text + '"'; }

std::string price_path(const FoundPrice& price) {
  return "/v1/prices/" + stripe::percent_encoded(price.id);
}

class Comparison {
 public:
  Comparison(const std::vector<FoundProduct>& products, const std::vector<FoundPrice>& prices)
      : products_(products), prices_(prices) {}

  void compare(const SoldProduct& sold) {
    entry_ = sold.kind + " " + sold.entry + ", " + sold.id;
    compare_product(sold);
    for (const SoldPrice& price : sold.prices) compare_price(sold, price);
    for (const FoundPrice& price : prices_) {
      const bool is_ours = price.metadata.contains(price_mark);
      if (is_ours && price.product == sold.id && !kept_.contains(price.id)) retire(price);
    }
  }

  std::vector<CatalogChange> changes() && { return std::move(changes_); }

 private:
  void add(ChangeKind kind, std::string text, std::string path, stripe::Form form) {
    changes_.push_back({kind, entry_, std::move(text), std::move(path), std::move(form)});
  }

  void compare_product(const SoldProduct& sold) {
    const std::string mark = "tollgate_" + sold.kind;
    const auto found = std::ranges::find(products_, sold.id, &FoundProduct::id);
    stripe::Form form;
    if (found == products_.end()) {
      form.add("id", sold.id).add("name", sold.name).add("metadata[" + mark + "]", sold.entry);
      add(ChangeKind::create, "product " + quoted(sold.name), "/v1/products", form);
      return;
    }
    std::string text;
    if (found->name != sold.name) {
      form.add("name", sold.name);
      text += ", name " + quoted(found->name) + " -> " + quoted(sold.name);
    }
    if (!found->active) {
      form.add("active", true);
      text += ", archived -> sold";
    }
    if (!has(found->metadata, mark, sold.entry)) {
      form.add("metadata[" + mark + "]", sold.entry);
      text += ", metadata " + mark + " -> " + quoted(sold.entry);
    }
    if (text.empty()) return;
    add(ChangeKind::update, "product:" + text.substr(1),
        "/v1/products/" + stripe::percent_encoded(sold.id), form);
  }

  void compare_price(const SoldProduct& product, const SoldPrice& sold) {
    const auto found = std::ranges::find(prices_, sold.lookup_key, &FoundPrice::lookup_key);
    if (found == prices_.end()) return create(product, sold, std::nullopt);
    const bool is_kept = is_same(*found, sold, product.id);
    stripe::Form form;
    std::string text;
    if (!has(found->metadata, price_mark, sold.lookup_key)) {
      form.add(price_mark_field, sold.lookup_key);
      text += ", is the catalogue's from now on";
    }
    if (is_kept && !found->active) {
      form.add("active", true);
      text += ", archived -> sold";
    }
    if (!text.empty()) {
      add(ChangeKind::update, "price " + sold.lookup_key + " (" + found->id + "):" + text.substr(1),
          price_path(*found), form);
    }
    if (is_kept) {
      kept_.insert(found->id);
    } else {
      create(product, sold, *found);
      retire(*found);
    }
  }

  /// The lookup key moves from the price that holds it, at the moment the new one is there.
  void create(const SoldProduct& product, const SoldPrice& sold,
              const std::optional<FoundPrice>& before) {
    stripe::Form form;
    form.add("product", product.id).add("currency", sold.currency).add("unit_amount", sold.amount);
    if (!sold.interval.empty()) form.add("recurring[interval]", sold.interval);
    form.add("lookup_key", sold.lookup_key)
        .add("transfer_lookup_key", true)
        .add(price_mark_field, sold.lookup_key);
    std::string text = "price " + sold.lookup_key + ": ";
    if (before) text += describe(*before) + " -> ";
    add(ChangeKind::create, text + describe(sold), "/v1/prices", form);
  }

  void retire(const FoundPrice& price) {
    const bool is_first = kept_.insert(price.id).second;
    if (!is_first || !price.active) return;
    stripe::Form form;
    form.add("active", false);
    add(ChangeKind::retire,
        "price " + price.id + ", " + describe(price) + ": subscribers keep it, nobody new gets it",
        price_path(price), form);
  }

  const std::vector<FoundProduct>& products_;
  const std::vector<FoundPrice>& prices_;
  std::string entry_;
  std::set<std::string> kept_;  ///< prices that are settled
  std::vector<CatalogChange> changes_;
};

}  // namespace

std::vector<CatalogChange> find_catalog_changes(const std::vector<SoldProduct>& sold,
                                                const std::vector<FoundProduct>& products,
                                                const std::vector<FoundPrice>& prices) {
  Comparison comparison{products, prices};
  for (const SoldProduct& product : sold) comparison.compare(product);
  return std::move(comparison).changes();
}

}  // namespace tollgate::operations
