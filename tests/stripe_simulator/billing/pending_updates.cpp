// SPDX-License-Identifier: Apache-2.0
#include "stripe_simulator/billing/pending_updates.hpp"

#include "stripe_simulator/billing/subscription_billing.hpp"
#include "stripe_simulator/billing/subscriptions.hpp"
#include "stripe_simulator/shop/entitlements.hpp"

namespace tollgate::simulator {
namespace {

// docs.stripe.com/billing/subscriptions/pending-updates
constexpr std::int64_t pending_s = 23 * 3600;

Json pending_update_of(const World& world, const Json& next) {
  Json items = Json::array();
  for (const Json& item : next.at("items.data").items()) items.items().push_back(item);
  return Json::object({{"billing_cycle_anchor", next["billing_cycle_anchor"]},
                       {"expires_at", world.now() + pending_s},
                       {"subscription_items", items},
                       {"trial_end", next["trial_end"]},
                       {"trial_from_plan", nullptr}});
}

}  // namespace

void change_when_paid(World& world, const std::string& id, const PlanChange& change,
                      std::vector<LineOrder> lines) {
  const Json before = world.get(id);
  world.note(id, "unannounced", true);
  const std::string invoice = create_subscription_invoice(world, change.subscription,
                                                          "subscription_update", std::move(lines));
  world.note(id, "pending_change", change.subscription);
  world.note(id, "pending_invoice", invoice);
  world.change(id, {}, [&](Json& object) {
    object["latest_invoice"] = invoice;
    object["pending_update"] = pending_update_of(world, change.subscription);
  });
  finalize_invoice(world, invoice);
  if (world.get(invoice)["status"].text() == "paid") apply_pending_update(world, id, invoice);
  pay_invoice(world, invoice, nullptr);
  world.note(id, "unannounced", nullptr);
  world.announce_change(id, "customer.subscription.updated", before);
  refresh_entitlements(world, id);
  if (world.get(id)["pending_update"].is_null()) {
    plan_next(world, id);
  } else {
    world.schedule({world.now() + pending_s, "expire_pending_update", id});
  }
}

void apply_pending_update(World& world, const std::string& id, const std::string& invoice) {
  if (!waits_for_update(world, id, invoice)) return;
  Json next = world.notes(id)["pending_change"];
  next["latest_invoice"] = invoice;
  world.note(id, "pending_change", nullptr);
  world.note(id, "pending_invoice", nullptr);
  world.unschedule(id, "expire_pending_update");
  const bool later = !world.notes(id)["unannounced"].flag();
  change_subscription(world, id, [&](Json& object) {
    for (const char* name : {"items", "billing_cycle_anchor", "status", "trial_end", "trial_start",
                             "latest_invoice"}) {
      object[name] = std::as_const(next)[name];
    }
    object["pending_update"] = nullptr;
  });
  if (!later) return;
  world.announce(id, "customer.subscription.pending_update_applied");
  plan_next(world, id);
}

void expire_pending_update(World& world, const std::string& id) {
  const std::string invoice = world.notes(id)["pending_invoice"].text();
  if (invoice.empty()) return;
  world.note(id, "pending_change", nullptr);
  world.note(id, "pending_invoice", nullptr);
  change_subscription(world, id, [](Json& object) { object["pending_update"] = nullptr; });
  world.announce(id, "customer.subscription.pending_update_expired");
  void_invoice(world, invoice);
}

bool waits_for_update(const World& world, const std::string& id, const std::string& invoice) {
  return !invoice.empty() && world.notes(id)["pending_invoice"].text() == invoice;
}

}  // namespace tollgate::simulator
