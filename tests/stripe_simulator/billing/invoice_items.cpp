// SPDX-License-Identifier: Apache-2.0
#include "stripe_simulator/billing/invoice_items.hpp"

#include "stripe_simulator/api/lists.hpp"

namespace tollgate::simulator {
namespace {

constexpr std::string_view kind = "invoiceitem";

constexpr Parameter list_filters[] = {
    {.path = "customer"}, {.path = "invoice"}, {.path = "pending", .shape = Shape::boolean}};

LineOrder line_of(const World& world, const Json& item) {
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
  return line;
}

Outcome<Json> show(Call& call) { return find_object(call.world, kind, call.id()); }

Outcome<Json> list(Call& call) {
  constexpr Filter filters[] = {{"customer", "customer"}, {"invoice", "invoice"}};
  const Json& pending = call.parameters["pending"];
  return list_objects(call, kind, "/v1/invoiceitems", filters, [&](const Json& item) {
    return pending.is_null() || pending.flag() == item["invoice"].is_null();
  });
}

constexpr Operation operations[] = {
    {Verb::get, "/v1/invoiceitems/{id}", {}, show},
    {Verb::list, "/v1/invoiceitems", list_filters, list},
};

}  // namespace

Operations invoice_item_operations() { return operations; }

void create_invoice_item(World& world, const std::string& subscription, const LineOrder& line) {
  const Json parent = Json::object(
      {{"subscription_details", Json::object({{"subscription", subscription},
                                              {"subscription_item", line.subscription_item}})},
       {"type", "subscription_details"}});
  const Json pricing = Json::object(
      {{"price_details",
        Json::object({{"price", line.price["id"]}, {"product", line.price["product"]}})},
       {"type", "price_details"},
       {"unit_amount_decimal", line.price["unit_amount_decimal"]}});
  world.create(
      Json::object(
          {{"id", world.make_id("ii_1", 23)},
           {"object", kind},
           {"amount", line.amount},
           {"currency", line.price["currency"]},
           {"customer", world.get(subscription)["customer"]},
           {"customer_account", nullptr},
           {"date", world.now()},
           {"description", line.description},
           {"discountable", false},
           {"discounts", Json::array()},
           {"invoice", nullptr},
           {"livemode", false},
           {"metadata", Json::object()},
           {"parent", parent},
           {"period", Json::object({{"end", line.period_end}, {"start", line.period_start}})},
           {"pricing", pricing},
           {"proration", line.proration},
           {"quantity", line.quantity},
           {"tax_rates", Json::array()},
           {"test_clock", world.get(subscription)["test_clock"]}}),
      "invoiceitem.created");
}

std::vector<LineOrder> pending_lines(const World& world, const std::string& subscription) {
  std::vector<LineOrder> lines;
  for (const std::string& id :
       world.ids_with(kind, "parent.subscription_details.subscription", subscription)) {
    const Json& item = world.get(id);
    if (!item["invoice"].is_null()) continue;
    lines.push_back(line_of(world, item));
  }
  return lines;
}

void place_items(World& world, const std::vector<LineOrder>& lines, const std::string& invoice) {
  for (const LineOrder& line : lines) {
    if (line.invoice_item.empty()) continue;
    world.change(line.invoice_item, {}, [&](Json& item) { item["invoice"] = invoice; });
  }
}

}  // namespace tollgate::simulator
