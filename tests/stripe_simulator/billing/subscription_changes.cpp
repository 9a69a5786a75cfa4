// SPDX-License-Identifier: Apache-2.0
#include "stripe_simulator/billing/subscription_changes.hpp"

#include <algorithm>

#include "stripe_simulator/billing/cancellations.hpp"
#include "stripe_simulator/billing/invoice_items.hpp"
#include "stripe_simulator/billing/pending_updates.hpp"
#include "stripe_simulator/billing/plan_change.hpp"
#include "stripe_simulator/billing/subscription_billing.hpp"
#include "stripe_simulator/billing/subscriptions.hpp"
#include "stripe_simulator/payments/charge_outcomes.hpp"
#include "stripe_simulator/shop/discounts.hpp"
#include "stripe_simulator/shop/entitlements.hpp"

namespace tollgate::simulator {
namespace {

constexpr std::string_view kind = "subscription";

/// Members that are taken as they come.
void set_plain_members(Json& subscription, const Json& parameters) {
  Json plain = Json::object();
  for (const char* name : {"cancellation_details", "default_payment_method", "description",
                           "metadata", "pause_collection", "payment_settings", "trial_settings"}) {
    if (parameters.has(name)) plain[name] = parameters[name];
  }
  merge(subscription, plain);
}

std::optional<ApiError> fault_of_change(const World& world, const Json& subscription,
                                        const Json& parameters) {
  if (auto fault = fault_of_cancellation(world, parameters)) return fault;
  const std::string& method = parameters["default_payment_method"].text();
  if (!method.empty()) {
    const Json* object = world.find("payment_method", method);
    if (object == nullptr || (*object)["customer"] != subscription["customer"]) {
      return no_such("PaymentMethod", method, "default_payment_method");
    }
  }
  if (parameters["payment_behavior"].text() != "pending_if_incomplete") return std::nullopt;
  for (const Member& member : parameters.members()) {
    constexpr std::string_view allowed[] = {
        "billing_cycle_anchor", "expand",         "items",     "off_session",
        "payment_behavior",     "proration_date", "trial_end", "proration_behavior"};
    if (std::find(std::begin(allowed), std::end(allowed), member.key) != std::end(allowed))
      continue;
    return invalid(member.key, {},
                   "`" + member.key +
                       "` cannot be changed with payment_behavior=pending_if_"
                       "incomplete.");
  }
  return std::nullopt;
}

std::int64_t price_of(const Json& subscription) {
  std::int64_t sum = 0;
  for (const Json& item : subscription.at("items.data").items()) {
    sum += item.at("price.unit_amount").integer() * item["quantity"].integer(1);
  }
  return sum;
}

std::int64_t sum_of(const std::vector<LineOrder>& lines) {
  std::int64_t sum = 0;
  for (const LineOrder& line : lines) sum += line.amount;
  return sum;
}

/// Those asked for in the place of those that it has; one named by its id stays.
void replace_discounts(World& world, const std::string& id, const Json& wanted,
                       const std::vector<DiscountOrder>& orders) {
  Json kept = Json::array();
  for (const Json& one : wanted.items()) {
    if (!one["discount"].is_null()) kept.items().push_back(one["discount"]);
  }
  world.change(id, {}, [&](Json& object) {
    for (const Json& stays : kept.items()) std::erase(object["discounts"].items(), stays);
  });
  take_discounts_away(world, id);
  world.change(id, {}, [&](Json& object) { object["discounts"] = kept; });
  for (const DiscountOrder& order : orders) give_discount(world, id, order, nullptr);
}

/// The new ones of those that a call names.
Json new_discounts(const Json& wanted) {
  Json fresh = Json::array();
  for (const Json& one : wanted.items()) {
    if (one["discount"].is_null()) fresh.items().push_back(one);
  }
  return fresh;
}

/// What the change owes is billed as it is made; one event tells of all.
void change_now(World& world, const Json& before, const PlanChange& change,
                const std::string& proration, Collect collect) {
  const std::string id = before["id"].text();
  world.note(id, "unannounced", true);
  for (const LineOrder& line : lines_for_later(change, proration)) {
    create_proration(world, id, line);
  }
  world.change(id, {}, [&](Json& object) { object = change.subscription; });
  auto lines = lines_at_once(change, proration);
  if (!lines.empty()) {
    const std::string invoice = bill_at_once(world, change.subscription, std::move(lines), collect);
    if (world.get(invoice)["status"].text() == "open" && collect == Collect::when_confirmed) {
      world.change(id, {}, [](Json& object) { object["status"] = "past_due"; });
    }
  }
  world.note(id, "unannounced", nullptr);
  world.announce_change(id, "customer.subscription.updated", before);
  plan_next(world, id);
  refresh_entitlements(world, id);
  const Json& resumes = world.get(id).at("pause_collection.resumes_at");
  world.unschedule(id, "resume_collection");
  if (resumes.is_integer()) world.schedule({resumes.integer(), "resume_collection", id});
}

}  // namespace

Outcome<Json> update_subscription(Call& call) {
  World& world = call.world;
  const std::string& id = call.id();
  const Json& parameters = call.parameters;
  const auto found = find_object(world, kind, id);
  if (!found) return found;
  if (has_ended(*found)) return no_such(kind, id);
  if (auto fault = fault_of_change(world, *found, parameters)) return *fault;
  const auto discounts = read_discounts(world, new_discounts(parameters["discounts"]),
                                        (*found)["customer"].text(), price_of(*found));
  if (!discounts) return discounts.error();
  auto change = work_out_change(world, *found, parameters);
  if (!change) return change.error();
  set_plain_members(change->subscription, parameters);
  set_cancellation(world, change->subscription, parameters);
  const std::string& behavior = parameters["payment_behavior"].text();
  const std::string& proration = parameters["proration_behavior"].text();
  auto lines = lines_at_once(*change, proration);
  if (behavior == "error_if_incomplete" && sum_of(lines) > 0) {
    if (auto refusal = refusal_of_charge(world, change->subscription)) return *refusal;
  }
  if (behavior == "pending_if_incomplete" && !lines.empty()) {
    change_when_paid(world, id, *change, std::move(lines));
  } else {
    const bool waits = behavior == "default_incomplete";
    if (parameters.has("discounts")) {
      replace_discounts(world, id, parameters["discounts"], *discounts);
      change->subscription["discounts"] = world.get(id)["discounts"];
    }
    change_now(world, *found, *change, proration, waits ? Collect::when_confirmed : Collect::now);
  }
  return world.get(id);
}

}  // namespace tollgate::simulator
