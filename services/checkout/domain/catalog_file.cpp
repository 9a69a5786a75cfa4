// SPDX-License-Identifier: Apache-2.0
#include "checkout/domain/catalog_file.hpp"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <set>
#include <utility>

#include "base/read_yaml.hpp"
#include "base/yaml_map.hpp"

namespace tollgate::checkout {
namespace {

// Stripe's own limits (https://docs.stripe.com/api/checkout/sessions/create).
constexpr std::int64_t trial_days_max = 730;
constexpr std::size_t images_max = 8;

class Reader {
 public:
  explicit Reader(YamlFaults& faults) : faults_(faults) {}

  Catalog read(const YAML::Node& root) {
    YamlMap map{root, "catalogue", faults_};
    for (const auto& plan : map.entries("plans")) read_plan(plan);
    for (const auto& product : map.entries("products")) read_product(product);
    std::ranges::sort(catalog_.plans, {}, &Plan::rank);
    catalog_.default_plan = map.required_text("default_plan");
    if (catalog_.plan(catalog_.default_plan) == nullptr) {
      map.fault(map.line(), "there is no plan '" + catalog_.default_plan + "'");
    }
    return std::move(catalog_);
  }

 private:
  void read_plan(const YamlMap::Member& member) {
    YamlMap map{member, "plan '" + member.name + "'", faults_};
    Plan plan;
    plan.id = member.name;
    plan.name = map.text("name", plan.id);
    plan.rank = map.required_integer("rank", 0);
    plan.features = names_of_features(map);
    plan.trial_days = map.integer("trial_days", 0, 0);
    if (plan.trial_days > trial_days_max) map.fault(map.line(), "trial_days is over 730");
    plan.stripe = stripe_names(map);
    catalog_.plans.push_back(std::move(plan));
  }

  void read_product(const YamlMap::Member& member) {
    YamlMap map{member, "product '" + member.name + "'", faults_};
    Product product;
    product.id = member.name;
    product.name = map.text("name", product.id);
    product.description = map.text("description", "");
    for (const auto& [image, line] : map.texts("images")) {
      if (!image.starts_with("https://")) map.fault(line, "images must be https URLs");
      product.images.push_back(image);
    }
    if (product.images.size() > images_max) map.fault(map.line(), "has over 8 images");
    product.stripe = stripe_names(map);
    catalog_.products.push_back(std::move(product));
  }

  /// A list of names, or a map of names to limits.
  std::vector<std::string> names_of_features(YamlMap& map) {
    std::vector<std::string> names;
    const auto node = map.find("features");
    if (!node) return names;
    if (node->IsSequence()) {
      for (const auto& [name, line] : map.texts("features")) names.push_back(name);
      return names;
    }
    const YamlMap granted{*node, map.what() + " features", faults_};
    for (const auto& member : granted.members()) names.push_back(member.name);
    return names;
  }

  StripeNames stripe_names(YamlMap& map) {
    StripeNames names;
    for (const auto& [id, line] : map.texts("stripe_products")) names.products.push_back(id);
    for (const auto& [id, line] : map.texts("stripe_prices")) names.price_ids.push_back(id);
    for (const YAML::Node& node : map.list("prices")) {
      YamlMap fields{node, map.what() + " price", faults_};
      Price price;
      price.lookup_key = fields.required_text("lookup_key");
      price.amount = fields.required_integer("amount", 0);
      price.currency = fields.required_text("currency");
      price.interval = fields.text("interval", "");
      if (!lookup_keys_.insert(price.lookup_key).second) {
        fields.fault(fields.line(), "lookup key '" + price.lookup_key + "' stands twice");
      }
      names.prices.push_back(std::move(price));
    }
    return names;
  }

  YamlFaults& faults_;
  Catalog catalog_;
  std::set<std::string> lookup_keys_;
};

Catalog read_root(const YAML::Node& root, YamlFaults& faults) { return Reader{faults}.read(root); }

}  // namespace

Result<Catalog, CatalogFaults> parse_catalog(std::string_view yaml, std::string_view name) {
  return read_yaml(yaml, name, read_root);
}

Result<Catalog, CatalogFaults> read_catalog(const std::string& path) {
  return read_yaml_file(path, read_root);
}

}  // namespace tollgate::checkout
