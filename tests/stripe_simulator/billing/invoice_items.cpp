// SPDX-License-Identifier: Apache-2.0
#include "stripe_simulator/billing/invoice_items.hpp"

namespace tollgate::simulator {
namespace {

constexpr std::string_view kind = "invoiceitem";

Json parent_of(const std::string& subscription, const Json& subscription_item) {
  return Json::object(
      {{"subscription_details",
        Json::object({{"subscription", subscription}, {"subscription_item", subscription_item}})},
       {"type", "subscription_details"}});
}

/// Waits for an invoice that bills in that currency.
bool waits(const Json& item, const Json& currency) {
  return item["invoice"].is_null() && item["currency"] == currency;
}

}  // namespace

Json pricing_of(const Json& price) {
  return Json::object(
      {{"price_details", Json::object({{"price", price["id"]}, {"product", price["product"]}})},
       {"type", "price_details"},
       {"unit_amount_decimal", price["unit_amount_decimal"]}});
}

std::string create_invoice_item(World& world, const InvoiceItemOrder& order) {
  const LineOrder& line = order.line;
  const Json customer = world.get(order.customer);
  const Json item = line.subscription_item.empty() ? Json{} : Json{line.subscription_item};
  Json shape = Json::object(
      {{"id", world.make_id("ii_1", 23)},
       {"object", kind},
       {"amount", line.amount},
       {"currency", line.price["currency"]},
       {"customer", order.customer},
       {"customer_account", nullptr},
       {"date", world.now()},
       {"description", line.description.empty() ? Json{} : Json{line.description}},
       {"discountable", line.discountable && !line.proration},
       {"discounts", Json::array()},
       {"invoice", order.invoice.empty() ? Json{} : Json{order.invoice}},
       {"livemode", false},
       {"metadata", line.metadata.is_null() ? Json::object() : line.metadata},
       {"parent", order.subscription.empty() ? Json{} : parent_of(order.subscription, item)},
       {"period", Json::object({{"end", line.period_end}, {"start", line.period_start}})},
       {"pricing", pricing_of(line.price)},
       {"proration", line.proration},
       {"quantity", line.quantity},
       {"quantity_decimal", std::to_string(line.quantity)},
       {"tax_rates", Json::array()},
       {"test_clock", customer["test_clock"]}});
  return world.create(std::move(shape), "invoiceitem.created")["id"].text();
}

void create_proration(World& world, const std::string& subscription, const LineOrder& line) {
  create_invoice_item(world, {.customer = world.get(subscription)["customer"].text(),
                              .subscription = subscription,
                              .invoice = {},
                              .line = line});
}

LineOrder line_of_item(const World& world, const Json& item) {
  LineOrder line;
  line.amount = item["amount"].integer();
  line.description = item["description"].text();
  line.price = world.get(item.at("pricing.price_details.price").text());
  line.quantity = item["quantity"].integer(1);
  line.period_start = item.at("period.start").integer();
  line.period_end = item.at("period.end").integer();
  line.subscription_item = item.at("parent.subscription_details.subscription_item").text();
  line.invoice_item = item["id"].text();
  line.proration = item["proration"].flag();
  line.discountable = item["discountable"].flag();
  if (!line.proration) line.metadata = item["metadata"];
  line.of_subscription = !item["parent"].is_null();
  return line;
}

std::vector<LineOrder> pending_lines_of_customer(const World& world, const std::string& customer,
                                                 const Json& currency) {
  std::vector<LineOrder> lines;
  for (const std::string& id : world.ids_with(kind, "customer", customer)) {
    const Json& item = world.get(id);
    if (!item["parent"].is_null() || !waits(item, currency)) continue;
    lines.push_back(line_of_item(world, item));
  }
  return lines;
}

std::vector<LineOrder> pending_lines(const World& world, const std::string& subscription) {
  std::vector<LineOrder> lines;
  const Json* object = world.find("subscription", subscription);
  if (object == nullptr) return lines;  // only asked about
  const Json& currency = (*object)["currency"];
  for (const std::string& id :
       world.ids_with(kind, "parent.subscription_details.subscription", subscription)) {
    const Json& item = world.get(id);
    if (waits(item, currency)) lines.push_back(line_of_item(world, item));
  }
  auto loose = pending_lines_of_customer(world, (*object)["customer"].text(), currency);
  for (LineOrder& line : loose) lines.push_back(std::move(line));
  return lines;
}

void place_items(World& world, const std::vector<LineOrder>& lines, const std::string& invoice) {
  for (const LineOrder& line : lines) {
    if (line.invoice_item.empty()) continue;
    world.change(line.invoice_item, {}, [&](Json& item) { item["invoice"] = invoice; });
  }
}

}  // namespace tollgate::simulator
