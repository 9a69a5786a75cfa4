// SPDX-License-Identifier: Apache-2.0
#include "stripe_simulator/billing/subscription_billing.hpp"

#include "stripe_simulator/billing/invoice_items.hpp"
#include "stripe_simulator/billing/subscriptions.hpp"
#include "stripe_simulator/shop/discounts.hpp"

namespace tollgate::simulator {
namespace {

// docs.stripe.com/billing/subscriptions/overview: a draft is finalised about an hour after it was
// made.
constexpr std::int64_t draft_s = 3600;

}  // namespace

InvoiceOrder subscription_invoice_order(const World& world, const Json& subscription,
                                        std::string_view reason, std::vector<LineOrder> lines) {
  InvoiceOrder order;
  order.customer = subscription["customer"].text();
  order.subscription = subscription["id"].text();
  order.billing_reason = reason;
  order.currency = subscription["currency"].text();
  order.lines = std::move(lines);
  order.discounts = discounts_in_force(world, subscription);
  for (LineOrder& line : pending_lines(world, order.subscription)) {
    order.lines.push_back(std::move(line));
  }
  order.period_start = order.period_end = world.now();
  return order;
}

std::string create_subscription_invoice(World& world, const Json& subscription,
                                        std::string_view reason, std::vector<LineOrder> lines) {
  const InvoiceOrder order =
      subscription_invoice_order(world, subscription, reason, std::move(lines));
  const std::string invoice = create_invoice(world, order);
  place_items(world, order.lines, invoice);
  // A trial's free invoice does not use up a discount for one invoice.
  if (world.get(invoice)["subtotal"].integer() > 0) {
    use_discounts(world, order.subscription, order.discounts);
  }
  return invoice;
}

std::string bill_at_once(World& world, const Json& subscription, std::vector<LineOrder> lines,
                         Collect collect) {
  const std::string invoice =
      create_subscription_invoice(world, subscription, "subscription_update", std::move(lines));
  world.change(subscription["id"].text(), {},
               [&](Json& object) { object["latest_invoice"] = invoice; });
  finalize_invoice(world, invoice);
  if (collect == Collect::now) pay_invoice(world, invoice, nullptr);
  return invoice;
}

void collect_later(World& world, const Json& subscription, const std::string& invoice) {
  const std::string& behavior = subscription.at("pause_collection.behavior").text();
  if (subscription["status"].text() == "unpaid" || behavior == "keep_as_draft") {
    world.change(invoice, {}, [](Json& object) { object["auto_advance"] = false; });
    return;
  }
  world.change(invoice, {},
               [&](Json& object) { object["automatically_finalizes_at"] = world.now() + draft_s; });
  world.schedule({world.now() + draft_s, "finalize_invoice", invoice});
}

void resume_collection(World& world, const std::string& subscription) {
  change_subscription(world, subscription,
                      [](Json& object) { object["pause_collection"] = nullptr; });
}

}  // namespace tollgate::simulator
