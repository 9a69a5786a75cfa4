// SPDX-License-Identifier: Apache-2.0
#include "operator/read_sold_products.hpp"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <map>
#include <utility>

#include "base/read_yaml.hpp"
#include "base/yaml_map.hpp"

namespace tollgate::operations {
namespace {

constexpr std::string_view intervals[] = {"day", "week", "month", "year"};

bool is_currency(const std::string& text) {
  const auto is_lower = [](char letter) { return letter >= 'a' && letter <= 'z'; };
  return text.size() == 3 && std::ranges::all_of(text, is_lower);
}

class Reader {
 public:
  explicit Reader(YamlFaults& faults) : faults_(faults) {}

  std::vector<SoldProduct> read(const YAML::Node& root) {
    YamlMap map{root, "catalogue", faults_};
    if (!map.find("plans")) map.fault(map.line(), "plans are missing");
    read_entries(map, "plan");
    read_entries(map, "product");
    return std::move(sold_);
  }

 private:
  void read_entries(YamlMap& map, const std::string& kind) {
    for (const YamlMap::Member& entry : map.entries(kind + "s")) read_entry(kind, entry);
  }

  void read_entry(const std::string& kind, const YamlMap::Member& member) {
    YamlMap map{member, kind + " '" + member.name + "'", faults_};
    const auto ids = map.texts("stripe_products");
    SoldProduct product{.kind = kind,
                        .entry = member.name,
                        .id = ids.empty() ? "prod_tollgate_" + member.name : ids.front().first,
                        .name = map.text("name", member.name),
                        .prices = {}};
    for (const YAML::Node& node : map.list("prices")) {
      product.prices.push_back(read_price(map, node));
    }
    if (product.prices.empty()) return;
    claims_.claim("Stripe product", product.id, map, map.line());
    sold_.push_back(std::move(product));
  }

  SoldPrice read_price(YamlMap& map, const YAML::Node& node) {
    YamlMap fields{node, map.what() + " price", faults_};
    SoldPrice price{.lookup_key = fields.required_text("lookup_key"),
                    .amount = fields.required_integer("amount", 0),
                    .currency = fields.required_text("currency"),
                    .interval = fields.text("interval", "")};
    if (fields.find("currency") && !is_currency(price.currency)) {
      fields.fault(fields.line(), "currency must be three small letters");
    }
    if (!price.interval.empty() && std::ranges::count(intervals, price.interval) == 0) {
      fields.fault(fields.line(), "interval must be day, week, month or year");
    }
    if (!price.lookup_key.empty())
      claims_.claim("lookup key", price.lookup_key, map, fields.line());
    return price;
  }

  YamlFaults& faults_;
  std::vector<SoldProduct> sold_;
  /// Two entries that want one thing of Stripe's would undo each other at every run.
  YamlClaims claims_;
};

std::vector<SoldProduct> read_root(const YAML::Node& root, YamlFaults& faults) {
  return Reader{faults}.read(root);
}

}  // namespace

Result<std::vector<SoldProduct>, CatalogFaults> parse_sold_products(std::string_view yaml,
                                                                    std::string_view name) {
  return read_yaml(yaml, name, read_root);
}

Result<std::vector<SoldProduct>, CatalogFaults> read_sold_products(const std::string& path) {
  return read_yaml_file(path, read_root);
}

}  // namespace tollgate::operations
