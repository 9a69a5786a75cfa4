// SPDX-License-Identifier: Apache-2.0
#include "operator/read_sold_products.hpp"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <map>
#include <utility>

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
    const std::string key = kind + "s";
    const auto node = map.find(key);
    if (!node) return;
    const YamlMap entries{*node, key, faults_};
    for (const YamlMap::Member& entry : entries.members()) read_entry(kind, entry);
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
    claim("Stripe product", product.id, map, map.line());
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
    if (!price.lookup_key.empty()) claim("lookup key", price.lookup_key, map, fields.line());
    return price;
  }

  /// Two entries that want one thing of Stripe's would undo each other at every run.
  void claim(const std::string& kind, const std::string& name, YamlMap& map, int line) {
    const auto [owner, is_new] = claimed_.try_emplace(kind + " '" + name + "'", map.what());
    if (!is_new) map.fault(line, owner->first + " is already that of " + owner->second);
  }

  YamlFaults& faults_;
  std::vector<SoldProduct> sold_;
  std::map<std::string, std::string> claimed_;
};

/// `load` gives the root node.
template <class Load>
Result<std::vector<SoldProduct>, CatalogFaults> read_with(Load load, std::string_view name) {
  YamlFaults faults;
  try {
    std::vector<SoldProduct> sold = Reader{faults}.read(load());
    if (faults.empty()) return sold;
  } catch (const YAML::BadFile&) {
    return CatalogFaults{{std::string{name} + ": cannot be read"}};
  } catch (const YAML::Exception& fault) {
    faults.add(fault.mark.line + 1, "not YAML: " + fault.msg);
  }
  return CatalogFaults{faults.messages(name)};
}

}  // namespace

Result<std::vector<SoldProduct>, CatalogFaults> parse_sold_products(std::string_view yaml,
                                                                    std::string_view name) {
  return read_with([&] { return YAML::Load(std::string{yaml}); }, name);
}

Result<std::vector<SoldProduct>, CatalogFaults> read_sold_products(const std::string& path) {
  return read_with([&] { return YAML::LoadFile(path); }, path);
}

}  // namespace tollgate::operations
