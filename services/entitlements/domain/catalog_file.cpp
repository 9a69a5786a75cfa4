// SPDX-License-Identifier: Apache-2.0
#include "entitlements/domain/catalog_file.hpp"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <map>
#include <utility>

#include "base/read_yaml.hpp"
#include "base/yaml_map.hpp"

namespace tollgate::entitlements {
namespace {

const std::map<std::string, Combine> combine_words{{"add", Combine::add},
                                                   {"highest", Combine::highest}};
const std::map<std::string, StatusRule> rule_words{
    {"period", StatusRule::period}, {"grace", StatusRule::grace}, {"none", StatusRule::none}};
const std::map<std::string, Effect> effect_words{{"keep", Effect::keep},
                                                 {"restore", Effect::keep},
                                                 {"suspend", Effect::suspend},
                                                 {"revoke", Effect::revoke}};

class Reader {
 public:
  explicit Reader(YamlFaults& faults) : faults_(faults) {}

  CatalogContent read(const YAML::Node& root) {
    YamlMap map{root, "catalogue", faults_};
    content_.revision = map.required_integer("revision", 1);
    read_accounts(map);
    if (const auto node = map.find("policy")) read_policy(*node);
    if (const auto node = map.find("features")) read_features(*node);
    for (const YamlMap::Member& plan : map.entries("plans")) read_plan(plan);
    for (const YamlMap::Member& product : map.entries("products")) read_product(product);
    content_.default_plan = map.required_text("default_plan");
    if (const auto node = map.find("default_plan"))
      wanted_plans_.emplace_back(line_of(*node), "catalogue: default_plan", content_.default_plan);
    map.check_unknown();
    check_plans();
    return std::move(content_);
  }

 private:
  struct WantedPlan {
    WantedPlan(int at_line, std::string by, std::string plan_id)
        : line(at_line), wanted_by(std::move(by)), id(std::move(plan_id)) {}
    int line;
    std::string wanted_by;
    std::string id;
  };

  void read_accounts(YamlMap& map) {
    const auto accounts = map.texts("accounts");
    if (accounts.empty()) return;
    content_.accounts.clear();
    for (const auto& [account, line] : accounts) {
      if (account != "own" && !account.starts_with("acct_")) {
        map.fault(line, "account '" + account + "' is neither `own` nor an id such as acct_1");
      }
      content_.accounts.push_back(account == "own" ? "" : account);
    }
  }

  void read_policy(const YAML::Node& node) {
    YamlMap map{node, "policy", faults_};
    Policy& policy = content_.policy;
    policy.leeway = map.duration("leeway").value_or(policy.leeway);
    policy.grace = map.duration("grace").value_or(policy.grace);
    if (const auto statuses = map.find("statuses")) {
      YamlMap rules{*statuses, "policy statuses", faults_};
      for (const auto& [status, line, rule] : rules.members()) {
        policy.statuses[status] = rules.choose(rule, status, rule_words, StatusRule::none);
      }
    }
    const std::pair<const char*, Effect*> effects[] = {
        {"collection_paused", &policy.collection_paused},
        {"unpaid_purchase", &policy.unpaid_purchase},
        {"refunded_in_full", &policy.refunded_in_full},
        {"refunded_in_part", &policy.refunded_in_part},
        {"refund_failed", &policy.refund_failed},
        {"dispute_opened", &policy.dispute_opened},
        {"dispute_won", &policy.dispute_won},
        {"dispute_lost", &policy.dispute_lost},
        {"dispute_inquiry", &policy.dispute_inquiry},
        {"dispute_prevented", &policy.dispute_prevented},
        {"dispute_appealed", &policy.dispute_appealed}};
    for (const auto& [key, effect] : effects) *effect = map.choice(key, effect_words, *effect);
    policy.quantities = map.choice("quantities", combine_words, policy.quantities);
    policy.limits = map.choice("limits", combine_words, policy.limits);
    map.check_unknown();
  }

  /// How limits of one feature combine, where it is not as the policy says.
  void read_features(const YAML::Node& node) {
    const YamlMap features{node, "features", faults_};
    for (const YamlMap::Member& member : features.members()) {
      YamlMap feature{member, "feature '" + member.name + "'", faults_};
      content_.feature_limits[member.name] =
          feature.choice("limits", combine_words, content_.policy.limits);
      feature.check_unknown();
    }
  }

  void read_plan(const YamlMap::Member& member) {
    YamlMap map{member, "plan '" + member.name + "'", faults_};
    Plan plan;
    plan.id = member.name;
    plan.name = map.text("name", plan.id);
    const std::size_t faults = faults_.count();
    plan.rank = map.required_integer("rank", 0);
    const bool has_rank = faults_.count() == faults;
    plan.features = granted_features(map);
    plan.stripe = stripe_names(map);
    map.pass_over({"trial_days"});  // How it is sold is checkout's business.
    map.check_unknown();
    for (const Plan& other : content_.plans) {
      if (has_rank && other.rank == plan.rank) {
        map.fault(line_of(*map.find("rank")), "has the rank of plan '" + other.id + "'");
      }
    }
    content_.plans.push_back(std::move(plan));
  }

  void read_product(const YamlMap::Member& member) {
    YamlMap map{member, "product '" + member.name + "'", faults_};
    if (member.name.find_first_of(":,") != std::string::npos) {
      map.fault(map.line(), "a colon or comma cannot stand in its name");
    }
    Product product;
    product.id = member.name;
    product.name = map.text("name", product.id);
    product.plan = map.text("plan", "");
    if (!product.plan.empty()) {
      wanted_plans_.emplace_back(line_of(*map.find("plan")), map.what(), product.plan);
    }
    product.features = granted_features(map);
    product.duration = map.duration("duration");
    product.stripe = stripe_names(map);
    map.pass_over({"description", "images"});
    map.check_unknown();
    content_.products.push_back(std::move(product));
  }

  /// A list of names without limits, or a map of names to limits.
  FeatureGrants granted_features(YamlMap& map) {
    FeatureGrants features;
    const auto node = map.find("features");
    if (!node) return features;
    if (node->IsSequence()) {
      for (const auto& [name, line] : map.texts("features")) features[name] = {};
      return features;
    }
    const YamlMap granted{*node, map.what() + " features", faults_};
    for (const YamlMap::Member& member : granted.members()) {
      YamlMap feature{member, map.what() + " feature '" + member.name + "'", faults_};
      FeatureGrant& grant = features[member.name];
      if (feature.find("limit")) grant.limit = feature.integer("limit", 0, 0);
      grant.per_unit = feature.flag("per_unit", false);
      feature.check_unknown();
    }
    return features;
  }

  StripeNames stripe_names(YamlMap& map) {
    StripeNames names;
    for (const auto& [product, line] : map.texts("stripe_products")) {
      claims_.claim("Stripe product", product, map, line);
      names.products.push_back(product);
    }
    for (const auto& [price, line] : map.texts("stripe_prices")) {
      claims_.claim("Stripe price", price, map, line);
      names.price_ids.push_back(price);
    }
    for (const YAML::Node& node : map.list("prices")) {
      YamlMap fields{node, map.what() + " price", faults_};
      Price price;
      price.lookup_key = fields.required_text("lookup_key");
      price.amount = fields.required_integer("amount", 0);
      price.currency = fields.required_text("currency");
      price.interval = fields.text("interval", "");
      check_price(price, fields);
      fields.check_unknown();
      claims_.claim("lookup key", price.lookup_key, map, fields.line());
      names.prices.push_back(std::move(price));
    }
    return names;
  }

  /// What Stripe would refuse (https://docs.stripe.com/api/prices/create).
  static void check_price(const Price& price, YamlMap& fields) {
    const auto is_letter = [](char letter) { return letter >= 'a' && letter <= 'z'; };
    const bool is_code =
        price.currency.size() == 3 && std::ranges::all_of(price.currency, is_letter);
    if (!price.currency.empty() && !is_code) {
      fields.fault(line_of(*fields.find("currency")),
                   "currency must be three small letters such as usd");
    }
    constexpr std::string_view intervals[] = {"", "day", "week", "month", "year"};
    if (std::ranges::find(intervals, price.interval) == std::end(intervals)) {
      fields.fault(line_of(*fields.find("interval")),
                   "interval must be one of day, month, week, year");
    }
  }

  void check_plans() {
    for (const WantedPlan& wanted : wanted_plans_) {
      const auto is_wanted = [&](const Plan& plan) { return plan.id == wanted.id; };
      if (std::ranges::none_of(content_.plans, is_wanted)) {
        faults_.add(wanted.line, wanted.wanted_by + ": there is no plan '" + wanted.id + "'");
      }
    }
    std::ranges::sort(content_.plans, {}, &Plan::rank);
  }

  YamlFaults& faults_;
  CatalogContent content_;
  std::vector<WantedPlan> wanted_plans_;
  /// A name of Stripe's must lead to one plan or product.
  YamlClaims claims_;
};

CatalogContent read_root(const YAML::Node& root, YamlFaults& faults) {
  return Reader{faults}.read(root);
}

}  // namespace

Result<CatalogContent, CatalogFaults> parse_catalog(std::string_view yaml, std::string_view name) {
  return read_yaml(yaml, name, read_root);
}

Result<CatalogContent, CatalogFaults> read_catalog(const std::string& path) {
  return read_yaml_file(path, read_root);
}

}  // namespace tollgate::entitlements
