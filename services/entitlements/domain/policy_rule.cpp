// SPDX-License-Identifier: Apache-2.0
#include "entitlements/domain/policy_rule.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <string_view>

namespace tollgate::entitlements {
namespace {

/// As the catalogue's file writes it: `2d`, `36h`, `90s`.
std::string text_of(std::chrono::seconds duration) {
  constexpr std::int64_t hour_s = 3'600;
  constexpr std::int64_t day_s = 24 * hour_s;
  const std::int64_t seconds = duration.count();
  if (seconds % day_s == 0) return std::to_string(seconds / day_s) + "d";
  if (seconds % hour_s == 0) return std::to_string(seconds / hour_s) + "h";
  return std::to_string(seconds) + "s";
}

std::string_view text_of(Effect effect) {
  switch (effect) {
    case Effect::keep: return "keep";
    case Effect::suspend: return "suspend";
    case Effect::revoke: break;
  }
  return "revoke";
}

/// What happened to the money, or to its collection.
struct MoneyRule {
  std::string_view reason;
  std::string_view setting;
  Effect Policy::*effect;
  std::string_view text;
};
constexpr MoneyRule money_rules[] = {
    {"collection_paused", "collection_paused", &Policy::collection_paused,
     "Stripe collects no payments for the subscription at present."},
    {"refunded", "refunded_in_full", &Policy::refunded_in_full,
     "What was paid for it went back in full."},
    {"partly_refunded", "refunded_in_part", &Policy::refunded_in_part,
     "A part of what was paid for it went back."},
    {"refund_failed", "refund_failed", &Policy::refund_failed,
     "A refund of what was paid for it failed."},
    {"disputed", "dispute_opened", &Policy::dispute_opened, "The payment is disputed."},
    {"dispute_won", "dispute_won", &Policy::dispute_won, "A dispute of the payment was won."},
    {"dispute_lost", "dispute_lost", &Policy::dispute_lost, "A dispute of the payment was lost."},
    {"dispute_inquiry", "dispute_inquiry", &Policy::dispute_inquiry,
     "The bank asks about the payment; no money moved."},
    {"dispute_prevented", "dispute_prevented", &Policy::dispute_prevented,
     "A dispute of the payment was settled before it began."},
    {"dispute_appealed", "dispute_appealed", &Policy::dispute_appealed,
     "The loss of a dispute is appealed."},
};

std::optional<PolicyRule> rule_of_money(const Verdict& verdict, const Policy& policy) {
  const auto* const rule = std::ranges::find(money_rules, verdict.reason, &MoneyRule::reason);
  if (rule == std::end(money_rules)) return std::nullopt;
  return PolicyRule{"policy." + std::string{rule->setting},
                    std::string{text_of(policy.*rule->effect)}, std::string{rule->text}};
}

PolicyRule rule_of_status(const std::string& status, StatusRule rule, const Policy& policy) {
  PolicyRule found{"policy.statuses." + status, "none", "This status gives no access."};
  if (rule == StatusRule::period) {
    found.value = "period";
    found.text = "Access until the period's end and " + text_of(policy.leeway) +
                 " of leeway, or until the scheduled end if that is earlier.";
  } else if (rule == StatusRule::grace) {
    found.value = "grace";
    found.text = "Access for " + text_of(policy.grace) +
                 " from the start of this status, or until the scheduled end if that is earlier.";
  }
  return found;
}

bool has_fact(const Verdict& verdict, stripe::ObjectKind kind) {
  return std::ranges::any_of(verdict.facts, [&](const auto& it) { return it.kind == kind; });
}

PolicyRule rule_of_purchase(const Verdict& verdict, const Catalog& catalog) {
  const Product* const product = catalog.product(verdict.plan);
  const bool ends = product && product->duration;
  return {"products." + verdict.plan + ".duration", ends ? text_of(*product->duration) : "",
          ends ? "Bought for a time." : "Bought for ever."};
}

std::string accounts_of(const Catalog& catalog) {
  std::string text;
  for (const std::string& account : catalog.content().accounts) {
    text.append(text.empty() ? "" : ",").append(account.empty() ? "own" : account);
  }
  return text;
}

/// What is kept, but says nothing about access.
std::optional<PolicyRule> rule_of_unknown(const Verdict& verdict, const Catalog& catalog) {
  const std::string& reason = verdict.reason;
  if (reason == "other_mode") {
    return PolicyRule{"STRIPE_MODE", catalog.livemode() ? "live" : "test",
                      "Facts of the other mode are kept and grant nothing."};
  }
  if (reason == "other_account") {
    return PolicyRule{"accounts", accounts_of(catalog),
                      "Facts of an account that does not count are kept and grant nothing."};
  }
  if (reason == "unknown_product") {
    return PolicyRule{"plans, products", "", "The catalogue does not name what was bought."};
  }
  if (reason == "unknown_items") {
    return PolicyRule{"", "", "What was bought is not known yet: Stripe must be asked."};
  }
  if (reason == "unknown_period") {
    return PolicyRule{"", "", "The subscription's period is not known: Stripe must be asked."};
  }
  if (reason == "deleted") return PolicyRule{"", "", "Deleted at Stripe."};
  if (reason == "dispute_refunded") return PolicyRule{"", "", "The refund decides."};
  return std::nullopt;
}

}  // namespace

PolicyRule rule_of(const Verdict& verdict, const Catalog& catalog) {
  const Policy& policy = catalog.policy();
  const std::string& reason = verdict.reason;
  if (auto rule = rule_of_unknown(verdict, catalog)) return *std::move(rule);
  if (auto rule = rule_of_money(verdict, policy)) return *std::move(rule);
  if (reason == "purchase") return rule_of_purchase(verdict, catalog);
  const bool subscribed = has_fact(verdict, stripe::ObjectKind::subscription);
  if (reason == "unpaid" && !subscribed) {
    return {"policy.unpaid_purchase", std::string{text_of(policy.unpaid_purchase)},
            "Completed by a delayed method; the money has not come."};
  }
  if (reason == "unknown_status" && has_fact(verdict, stripe::ObjectKind::dispute)) {
    return {"policy.dispute_opened", std::string{text_of(policy.dispute_opened)},
            "A dispute of a status that is not known counts as open."};
  }
  constexpr std::string_view grace = "_grace";
  const bool in_grace = reason.ends_with(grace);
  const std::string status = reason.substr(0, reason.size() - (in_grace ? grace.size() : 0));
  const auto rule = policy.statuses.find(status);
  if (rule != policy.statuses.end()) return rule_of_status(status, rule->second, policy);
  return {"policy.statuses", "none", "The policy does not name this status: no access."};
}

}  // namespace tollgate::entitlements
