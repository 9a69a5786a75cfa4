// SPDX-License-Identifier: Apache-2.0
#include "stripe_simulator/billing/invoice_shapes.hpp"

#include <algorithm>

#include "stripe_simulator/api/lists.hpp"
#include "stripe_simulator/shop/discounts.hpp"

namespace tollgate::simulator {
namespace {

Json subscription_metadata(const World& world, const std::string& subscription) {
  const Json* object = world.find("subscription", subscription);
  return object == nullptr ? Json::object() : (*object)["metadata"];
}

Json parent_of_line(const Json& subscription, const LineOrder& line) {
  const Json item =
      Json::object({{"invoice_item", line.invoice_item.empty() ? Json{} : Json{line.invoice_item}},
                    {"proration", line.proration},
                    {"proration_details", Json::object({{"credited_items", nullptr}})},
                    {"subscription", subscription},
                    {"subscription_item",
                     line.subscription_item.empty() ? Json{} : Json{line.subscription_item}}});
  const bool of_item = !line.subscription_item.empty() && line.invoice_item.empty();
  return Json::object({{"invoice_item_details", of_item ? Json{} : item},
                       {"subscription_item_details", of_item ? item : Json{}},
                       {"type", of_item ? "subscription_item_details" : "invoice_item_details"}});
}

/// A line of the invoice, which has its id, currency and parent.
Json line_shape(World& world, const Json& invoice, const LineOrder& line) {
  const Json& details = invoice.at("parent.subscription_details");
  const Json subscription = line.of_subscription ? details["subscription"] : Json{};
  const Json& metadata = line.metadata.is_null() ? details["metadata"] : line.metadata;
  return Json::object(
      {{"id", world.make_id("il_1", 23)},
       {"object", "line_item"},
       {"amount", line.amount},
       {"currency", invoice["currency"]},
       {"description", line.description},
       {"discount_amounts", Json::array()},
       {"discountable", line.discountable && !line.proration},
       {"discounts", Json::array()},
       {"invoice", invoice["id"]},
       {"livemode", false},
       {"metadata", metadata.is_null() ? Json::object() : metadata},
       {"parent", parent_of_line(subscription, line)},
       {"period", Json::object({{"end", line.period_end}, {"start", line.period_start}})},
       {"pretax_credit_amounts", Json::array()},
       {"pricing",
        Json::object({{"price_details", Json::object({{"price", line.price["id"]},
                                                      {"product", line.price["product"]}})},
                      {"type", "price_details"},
                      {"unit_amount_decimal", line.price["unit_amount_decimal"]}})},
       {"quantity", line.quantity},
       {"quantity_decimal", std::to_string(line.quantity)},
       {"subscription", subscription},
       {"subtotal", line.amount},
       {"taxes", Json::array()}});
}

Json parent_of(const InvoiceOrder& order, const Json& metadata) {
  if (order.subscription.empty()) return {};
  return Json::object(
      {{"quote_details", nullptr},
       {"subscription_details",
        Json::object({{"metadata", metadata}, {"subscription", order.subscription}})},
       {"type", "subscription_details"}});
}

Json ids_of(const std::vector<Json>& objects) {
  Json ids = Json::array();
  for (const Json& object : objects) ids.items().push_back(object["id"]);
  return ids;
}

/// Writes into the lines what the discounts take off them; `[{amount, discount}]` of all together.
Json take_off(const World& world, const std::vector<Json>& discounts, Json::Array& lines) {
  std::vector<Discountable> left;
  for (const Json& line : lines) {
    const bool may = line["discountable"].flag();
    left.push_back(
        {may ? line["amount"].integer() : 0, line.at("pricing.price_details.product").text()});
  }
  Json all = Json::array();
  for (const Json& discount : discounts) {
    const auto off = amounts_off(coupon_of(world, discount), left);
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < lines.size(); ++i) {
      if (off[i] == 0) continue;
      lines[i]["discounts"].items().push_back(discount["id"]);
      lines[i]["discount_amounts"].items().push_back(
          Json::object({{"amount", off[i]}, {"discount", discount["id"]}}));
      left[i].amount -= off[i];
      sum += off[i];
    }
    all.items().push_back(Json::object({{"amount", sum}, {"discount", discount["id"]}}));
  }
  return all;
}

std::int64_t sum_of_amounts(const Json& rows) {
  std::int64_t sum = 0;
  for (const Json& row : rows.items()) sum += row["amount"].integer();
  return sum;
}

/// Those that never change here, so that the table below shows what does.
void add_constants(Json& invoice) {
  for (const char* name : {"account_tax_ids",
                           "application",
                           "custom_fields",
                           "customer_account",
                           "customer_address",
                           "customer_phone",
                           "customer_shipping",
                           "default_payment_method",
                           "default_source",
                           "description",
                           "due_date",
                           "effective_at",
                           "footer",
                           "from_invoice",
                           "hosted_invoice_url",
                           "invoice_pdf",
                           "last_finalization_error",
                           "latest_revision",
                           "next_payment_attempt",
                           "number",
                           "on_behalf_of",
                           "receipt_number",
                           "rendering",
                           "shipping_cost",
                           "shipping_details",
                           "statement_descriptor",
                           "test_clock",
                           "webhooks_delivered_at"}) {
    invoice[name] = nullptr;
  }
  for (const char* name :
       {"amount_overpaid", "amount_paid", "amount_paid_off_stripe", "amount_shipping",
        "attempt_count", "ending_balance", "post_payment_credit_notes_amount",
        "pre_payment_credit_notes_amount", "starting_balance"}) {
    invoice[name] = 0;
  }
  for (const char* name :
       {"customer_tax_ids", "default_tax_rates", "discounts", "total_discount_amounts",
        "total_pretax_credit_amounts", "total_taxes"}) {
    invoice[name] = Json::array();
  }
  invoice["account_country"] = "US";
  invoice["account_name"] = "Tollgate";
  invoice["automatic_tax"] = Json::object({{"disabled_reason", nullptr},
                                           {"enabled", false},
                                           {"liability", nullptr},
                                           {"provider", nullptr},
                                           {"status", nullptr}});
  invoice["collection_method"] = "charge_automatically";
  invoice["customer_tax_exempt"] = "none";
  invoice["issuer"] = Json::object({{"type", "self"}});
  invoice["livemode"] = false;
  invoice["metadata"] = Json::object();
  invoice["payment_settings"] = Json::object({{"default_mandate", nullptr},
                                              {"payment_method_options", nullptr},
                                              {"payment_method_types", nullptr}});
  invoice["status_transitions"] = Json::object({{"finalized_at", nullptr},
                                                {"marked_uncollectible_at", nullptr},
                                                {"paid_at", nullptr},
                                                {"voided_at", nullptr}});
}

std::vector<Json> discounts_of(const World& world, const Json& invoice) {
  std::vector<Json> discounts;
  for (const Json& id : invoice["discounts"].items()) discounts.push_back(world.get(id.text()));
  return discounts;
}

/// The lines, and the sums that follow from them.
void set_lines(const World& world, Json& invoice, Json::Array lines,
               const std::vector<Json>& discounts) {
  std::int64_t subtotal = 0;
  for (Json& line : lines) {
    line["discounts"] = Json::array();
    line["discount_amounts"] = Json::array();
    subtotal += line["amount"].integer();
  }
  const Json off = take_off(world, discounts, lines);
  const std::int64_t total = subtotal - sum_of_amounts(off);
  const std::int64_t due = std::max<std::int64_t>(total, 0);
  const std::string url = "/v1/invoices/" + invoice["id"].text() + "/lines";
  merge(invoice, Json::object({{"amount_due", due},
                               {"amount_remaining", due},
                               {"lines", whole_list(url, std::move(lines))},
                               {"subtotal", subtotal},
                               {"subtotal_excluding_tax", subtotal},
                               {"total", total},
                               {"total_discount_amounts", off},
                               {"total_excluding_tax", total}}));
}

}  // namespace

Json draft_invoice_shape(World& world, const InvoiceOrder& order, const std::string& id) {
  const Json* customer = world.find("customer", order.customer);
  Json invoice = Json::object({{"id", id}, {"object", "invoice"}});
  add_constants(invoice);
  merge(
      invoice,
      Json::object({{"attempted", false},
                    {"auto_advance", true},
                    {"automatically_finalizes_at", nullptr},
                    {"billing_reason", order.billing_reason},
                    {"created", world.now()},
                    {"currency", order.currency},
                    {"customer", order.customer},
                    {"customer_email", customer == nullptr ? Json{} : (*customer)["email"]},
                    {"customer_name", customer == nullptr ? Json{} : (*customer)["name"]},
                    {"parent", parent_of(order, subscription_metadata(world, order.subscription))},
                    {"period_end", order.period_end},
                    {"period_start", order.period_start},
                    {"status", "draft"},
                    {"discounts", ids_of(order.discounts)},
                    {"test_clock", customer == nullptr ? Json{} : (*customer)["test_clock"]}}));
  merge(invoice, order.further);
  Json::Array lines;
  for (const LineOrder& line : order.lines) lines.push_back(line_shape(world, invoice, line));
  set_lines(world, invoice, std::move(lines), order.discounts);
  return invoice;
}

void add_line(World& world, Json& invoice, const LineOrder& line) {
  Json::Array lines = std::as_const(invoice).at("lines.data").items();
  lines.push_back(line_shape(world, invoice, line));
  set_lines(world, invoice, std::move(lines), discounts_of(world, invoice));
}

void remove_line_of(const World& world, Json& invoice, const std::string& item) {
  Json::Array lines = std::as_const(invoice).at("lines.data").items();
  std::erase_if(lines, [&](const Json& line) {
    return line.at("parent.invoice_item_details.invoice_item").text() == item;
  });
  set_lines(world, invoice, std::move(lines), discounts_of(world, invoice));
}

Json invoice_payment_shape(World& world, const Json& invoice, const std::string& intent) {
  return Json::object(
      {{"id", world.make_id("inpay_1", 23)},
       {"object", "invoice_payment"},
       {"amount_paid", nullptr},
       {"amount_requested", invoice["amount_due"]},
       {"created", world.now()},
       {"currency", invoice["currency"]},
       {"invoice", invoice["id"]},
       {"is_default", true},
       {"livemode", false},
       {"payment", Json::object({{"payment_intent", intent}, {"type", "payment_intent"}})},
       {"status", "open"},
       {"status_transitions", Json::object({{"canceled_at", nullptr}, {"paid_at", nullptr}})}});
}

}  // namespace tollgate::simulator
