// SPDX-License-Identifier: Apache-2.0
#include "stripe_simulator/billing/subscription_pauses.hpp"

#include "stripe_simulator/billing/invoice_items.hpp"
#include "stripe_simulator/billing/invoices.hpp"
#include "stripe_simulator/billing/plan_change.hpp"
#include "stripe_simulator/billing/subscription_billing.hpp"
#include "stripe_simulator/billing/subscription_shapes.hpp"
#include "stripe_simulator/billing/subscriptions.hpp"
#include "stripe_simulator/shop/entitlements.hpp"

namespace tollgate::simulator {
namespace {

constexpr std::string_view kind = "subscription";
// STRIPE's limit for the payment of a resume, as for a first payment.
constexpr std::int64_t resume_payment_s = 23 * 3600;

constexpr Parameter pause_parameters[] = {
    {.path = "type", .need = Need::required, .choices = "subscription"},
    {.path = "invoicing_behavior", .choices = "invoice|pending_invoice_item"},
    {.path = "bill_for.unused_time_from", .choices = "now|item_current_period_start|none"},
    {.path = "bill_for.outstanding_usage_through", .choices = "now|none"},
};
constexpr Parameter resume_parameters[] = {
    {.path = "billing_cycle_anchor.type", .choices = "now|unchanged"},
    {.path = "proration_behavior", .choices = "create_prorations|always_invoice|none"},
    {.path = "proration_date", .shape = Shape::integer},
    {.path = "payment_behavior", .choices = "resume_on_payment_attempt|resume_on_payment_success"},
};

/// What was paid and will not be used, from the moment that the caller chose.
std::vector<LineOrder> unused_time(const World& world, const Json& subscription,
                                   const std::string& from) {
  if (from == "now") return credits_of(world, subscription, world.now());
  if (from != "item_current_period_start") return {};
  std::vector<LineOrder> lines = lines_of(subscription);
  for (LineOrder& line : lines) {
    line.amount = -line.amount;
    line.proration = true;
  }
  return lines;
}

Outcome<Json> pause(Call& call) {
  const auto found = find_object(call.world, kind, call.id());
  if (!found) return found;
  const std::string& status = (*found)["status"].text();
  if (status != "active" && status != "past_due") {
    return invalid({}, {}, "A subscription that is " + status + " cannot be paused.");
  }
  if (found->at("billing_mode.type").text() != "flexible" || !(*found)["schedule"].is_null()) {
    return invalid({}, {}, "Only subscriptions of flexible billing mode without a schedule pause.");
  }
  auto lines =
      unused_time(call.world, *found, call.parameters.at("bill_for.unused_time_from").text());
  if (call.parameters["invoicing_behavior"].text() == "invoice" && !lines.empty()) {
    bill_at_once(call.world, *found, lines, Collect::now);
  } else {
    for (const LineOrder& line : lines) create_proration(call.world, call.id(), line);
  }
  call.world.note(call.id(), "is_credited", !lines.empty());
  pause_subscription(call.world, call.id(), "pause_requested");
  return call.world.get(call.id());
}

/// The period that it goes on with, and what that costs today: nothing where it is paid for and the
/// pause gave nothing back.
std::vector<LineOrder> go_on(const World& world, Json& subscription, bool keeps_anchor) {
  const std::int64_t now = world.now();
  const bool is_credited = world.notes(subscription["id"].text())["is_credited"].flag();
  if (keeps_anchor && period_end_of(subscription) > now && !is_credited) return {};
  if (keeps_anchor) {
    while (period_end_of(subscription) <= now) move_periods(subscription, now);
    std::vector<LineOrder> lines = credits_of(world, subscription, now);
    for (LineOrder& line : lines) line.amount = -line.amount;
    return lines;
  }
  subscription["billing_cycle_anchor"] = now;
  for (Json& item : subscription["items"]["data"].items()) item["current_period_end"] = now;
  move_periods(subscription, now);
  return lines_of(subscription);
}

void announce_resumed(World& world, const std::string& id, const Json& before) {
  world.announce_change(id, "customer.subscription.updated", before);
  world.announce(id, "customer.subscription.resumed");
  world.note(id, "is_credited", nullptr);
  plan_next(world, id);
  refresh_entitlements(world, id);
}

void make_active(Json& subscription) {
  subscription["status"] = "active";
  subscription.erase("status_details");
}

/// Resumes now, whatever the payment comes to: it is past due when that fails.
void resume_at_once(World& world, const std::string& id, Json next, std::vector<LineOrder> lines) {
  const Json before = world.get(id);
  make_active(next);
  world.note(id, "unannounced", true);
  world.change(id, {}, [&](Json& object) { object = next; });
  if (!lines.empty()) bill_at_once(world, next, std::move(lines), Collect::now);
  world.note(id, "unannounced", nullptr);
  announce_resumed(world, id, before);
}

Outcome<Json> resume(Call& call) {
  World& world = call.world;
  const auto found = find_object(world, kind, call.id());
  if (!found) return found;
  if ((*found)["status"].text() != "paused") {
    return invalid(
        {}, {},
        "Only paused subscriptions can be resumed; this one is " + (*found)["status"].text() + ".");
  }
  Json next = *found;
  const bool keeps_anchor = call.parameters.at("billing_cycle_anchor.type").text() == "unchanged";
  const std::string& prorations = call.parameters["proration_behavior"].text();
  auto lines = go_on(world, next, keeps_anchor);
  if (keeps_anchor && prorations == "none") lines.clear();
  if (keeps_anchor && period_end_of(*found) > world.now() && prorations != "always_invoice") {
    // Beside what the pause gave back, for the same invoice.
    for (const LineOrder& line : lines) create_proration(world, call.id(), line);
    lines.clear();
  }
  const bool on_success = call.parameters["payment_behavior"].text() == "resume_on_payment_success";
  if (!on_success || lines.empty()) {
    resume_at_once(world, call.id(), std::move(next), std::move(lines));
    return world.get(call.id());
  }
  world.note(call.id(), "resumes_as", next);
  world.schedule({world.now() + resume_payment_s, "give_up_resume", call.id()});
  const std::string invoice =
      create_subscription_invoice(world, *found, "subscription_update", std::move(lines));
  change_subscription(world, call.id(), [&](Json& object) { object["latest_invoice"] = invoice; });
  finalize_invoice(world, invoice);
  if (world.get(invoice)["status"].text() == "paid") resume_when_paid(world, call.id(), invoice);
  pay_invoice(world, invoice, nullptr);
  return world.get(call.id());
}

constexpr Operation operations[] = {
    {Verb::post, "/v1/subscriptions/{id}/pause", pause_parameters, pause},
    {Verb::post, "/v1/subscriptions/{id}/resume", resume_parameters, resume},
};

}  // namespace

Operations subscription_pause_operations() { return operations; }

void pause_subscription(World& world, const std::string& id, std::string_view reason) {
  change_subscription(world, id, [&](Json& object) {
    object["status"] = "paused";
    object["status_details"] =
        Json::object({{"paused", Json::object({{"subscription", Json::object({{"type", reason}})},
                                               {"transitioned_at", world.now()},
                                               {"type", "subscription"}})}});
  });
  world.announce(id, "customer.subscription.paused");
  plan_next(world, id);
}

void resume_when_paid(World& world, const std::string& id, const std::string& invoice) {
  Json next = world.notes(id)["resumes_as"];
  const Json before = world.get(id);
  if (next.is_null() || before["latest_invoice"].text() != invoice) return;
  world.unschedule(id, "give_up_resume");
  world.note(id, "resumes_as", nullptr);
  make_active(next);
  next["latest_invoice"] = invoice;
  next["discounts"] = before["discounts"];
  world.change(id, {}, [&](Json& object) { object = next; });
  announce_resumed(world, id, before);
}

void give_up_resume(World& world, const std::string& id) {
  world.note(id, "resumes_as", nullptr);
  void_invoice(world, world.get(id)["latest_invoice"].text());
}

}  // namespace tollgate::simulator
