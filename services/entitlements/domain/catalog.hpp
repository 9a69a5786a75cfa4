// SPDX-License-Identifier: Apache-2.0
// The catalogue: what Stripe's products grant, and the policy by which payments become access.
// It is read from a file by catalog_file.hpp and never changes while the process runs.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.hpp"

namespace tollgate::entitlements {

/// How several amounts of one thing become one.
enum class Combine { highest, add };

struct FeatureGrant {
  std::optional<std::int64_t> limit;  ///< nothing: unlimited
  bool per_unit = false;              ///< the limit counts once per unit of quantity
  bool operator==(const FeatureGrant&) const = default;
};
using FeatureGrants = std::map<std::string, FeatureGrant, std::less<>>;

struct Price {
  std::string lookup_key;
  std::int64_t amount = 0;  ///< minor units of `currency`
  std::string currency;
  std::string interval;  ///< `month`, `year`, …; empty: paid once
  bool operator==(const Price&) const = default;
};

/// By what Stripe's items are recognised: product first, then price id, then lookup key.
struct StripeNames {
  std::vector<std::string> products;
  std::vector<std::string> price_ids;
  std::vector<Price> prices;
  bool operator==(const StripeNames&) const = default;
};

struct Plan {
  std::string id;
  std::string name;  ///< for people
  std::int64_t rank = 0;
  FeatureGrants features;
  StripeNames stripe;
  bool operator==(const Plan&) const = default;
};

/// Bought once. Grants features, a plan, or both, for a time or for ever.
struct Product {
  std::string id;
  std::string name;
  std::string plan;  ///< may be empty
  FeatureGrants features;
  std::optional<std::chrono::seconds> duration;  ///< nothing: for ever
  StripeNames stripe;
  bool operator==(const Product&) const = default;
};

/// Until when a subscription of some status gives access.
enum class StatusRule {
  period,  ///< until its period ends, leeway added
  grace,   ///< until the grace after the status began is over
  none,
};

/// What a refund or dispute does to what was paid for.
enum class Effect { keep, suspend, revoke };

struct Policy {
  std::chrono::seconds leeway = std::chrono::days{2};
  std::chrono::seconds grace = std::chrono::days{7};
  /// By Stripe's status; those not listed are unknown: no access, and an alert.
  std::map<std::string, StatusRule, std::less<>> statuses = {
      {"active", StatusRule::period},
      {"trialing", StatusRule::period},
      {"past_due", StatusRule::grace},
      {"unpaid", StatusRule::none},
      {"paused", StatusRule::none},
      {"incomplete", StatusRule::none},
      {"incomplete_expired", StatusRule::none},
      {"canceled", StatusRule::none}};
  Effect collection_paused = Effect::keep;
  Effect unpaid_purchase = Effect::suspend;  ///< completed by a delayed method, money not here
  Effect refunded_in_full = Effect::revoke;
  Effect refunded_in_part = Effect::keep;
  Effect refund_failed = Effect::keep;
  Effect dispute_opened = Effect::suspend;
  Effect dispute_won = Effect::keep;
  Effect dispute_lost = Effect::revoke;
  Effect dispute_inquiry = Effect::keep;  ///< `warning_*`
  Effect dispute_prevented = Effect::keep;
  Effect dispute_appealed = Effect::suspend;
  Combine quantities = Combine::add;  ///< of a subscription's items of one plan
  Combine limits = Combine::highest;  ///< of a feature that several grants give
  bool operator==(const Policy&) const = default;
};

/// What the file says.
struct CatalogContent {
  std::int64_t revision = 0;
  std::vector<std::string> accounts = {""};  ///< that count; empty is one's own
  std::string default_plan;                  ///< of users without any grant
  std::vector<Plan> plans;                   ///< by rank, lowest first
  std::vector<Product> products;
  std::map<std::string, Combine, std::less<>> feature_limits;  ///< where not policy.limits
  Policy policy;
  bool operator==(const CatalogContent&) const = default;
};

/// The content with its indexes. Immutable, any thread.
class Catalog {
 public:
  /// `content` is consistent: the default plan and the plans of products exist, no Stripe name
  /// stands twice. `livemode`: the mode whose facts count; it is a setting, not in the file.
  Catalog(CatalogContent content, bool livemode);

  [[nodiscard]] const CatalogContent& content() const { return content_; }
  [[nodiscard]] std::int64_t revision() const { return content_.revision; }
  [[nodiscard]] const Policy& policy() const { return content_.policy; }
  [[nodiscard]] bool livemode() const { return livemode_; }
  [[nodiscard]] bool counts(std::string_view account, bool livemode) const;

  [[nodiscard]] const Plan& default_plan() const { return content_.plans[default_plan_]; }
  /// Null: no such plan or product.
  [[nodiscard]] const Plan* plan(std::string_view id) const;
  [[nodiscard]] const Product* product(std::string_view id) const;
  [[nodiscard]] const Plan* plan_sold_as(std::string_view product, std::string_view price,
                                         std::string_view lookup_key) const;
  [[nodiscard]] const Product* product_sold_as(std::string_view product, std::string_view price,
                                               std::string_view lookup_key) const;
  [[nodiscard]] Combine limits_of(std::string_view feature) const;

 private:
  /// Positions in content_ by name, so that copies of a catalogue stay whole.
  using Index = std::unordered_map<std::string, std::size_t>;
  struct SoldAs {
    Index by_product, by_price, by_lookup_key;
    void add(const StripeNames& names, std::size_t position);
    [[nodiscard]] std::optional<std::size_t> find(std::string_view product, std::string_view price,
                                                  std::string_view lookup_key) const;
  };

  CatalogContent content_;
  bool livemode_;
  std::size_t default_plan_ = 0;
  Index plans_, products_;
  SoldAs plans_sold_, products_sold_;
};

}  // namespace tollgate::entitlements
