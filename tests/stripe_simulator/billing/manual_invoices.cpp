// SPDX-License-Identifier: Apache-2.0
#include "stripe_simulator/billing/manual_invoices.hpp"

#include "stripe_simulator/billing/invoice_items.hpp"
#include "stripe_simulator/billing/invoices.hpp"
#include "stripe_simulator/payments/payment_methods.hpp"

namespace tollgate::simulator {
namespace {

constexpr std::string_view kind = "invoice";
constexpr std::int64_t day_s = 24 * 3600;
// docs.stripe.com/invoicing/integration/automatic-advancement-collection: about an hour.
constexpr std::int64_t advance_s = 3600;

constexpr Parameter create_parameters[] = {
    {.path = "customer", .need = Need::required},
    {.path = "auto_advance", .shape = Shape::boolean},
    {.path = "collection_method", .choices = "charge_automatically|send_invoice"},
    {.path = "currency"},
    {.path = "days_until_due", .shape = Shape::integer},
    {.path = "default_payment_method"},
    {.path = "description"},
    {.path = "due_date", .shape = Shape::integer},
    {.path = "footer"},
    {.path = "metadata", .shape = Shape::metadata},
    {.path = "pending_invoice_items_behavior", .choices = "exclude|include"},
    {.path = "statement_descriptor"},
    {.path = "subscription"},
};

bool is_sent(const Json& parameters) {
  return parameters["collection_method"].text() == "send_invoice";
}

std::optional<ApiError> fault_of_terms(const Json& parameters) {
  const bool has_term =
      !parameters["days_until_due"].is_null() || !parameters["due_date"].is_null();
  if (is_sent(parameters) == has_term) return std::nullopt;
  if (has_term) {
    return invalid("days_until_due", {},
                   "You can only set this field if invoice is being billed via `send_invoice`.");
  }
  return invalid("days_until_due", {},
                 "If invoice `collection_method`=`send_invoice`, you must specify `due_date` or "
                 "`days_until_due`.");
}

std::optional<ApiError> fault_of_owners(const World& world, const Json& parameters) {
  const std::string& customer = parameters["customer"].text();
  if (const auto found = find_object(world, "customer", customer, "customer"); !found) {
    return found.error();
  }
  const std::string& subscription = parameters["subscription"].text();
  if (!subscription.empty()) {
    const Json* object = world.find("subscription", subscription);
    if (object == nullptr || (*object)["customer"].text() != customer) {
      return no_such("subscription", subscription, "subscription");
    }
  }
  const std::string& method = parameters["default_payment_method"].text();
  if (method.empty()) return std::nullopt;
  return refusal_to_use(world, method, customer);
}

Json further_members(const World& world, const Json& parameters) {
  Json members = Json::object({{"auto_advance", parameters["auto_advance"].flag()}});
  for (const char* name : {"collection_method", "default_payment_method", "description", "footer",
                           "metadata", "statement_descriptor", "due_date"}) {
    if (!parameters[name].is_null()) members[name] = parameters[name];
  }
  const Json& days = parameters["days_until_due"];
  if (days.is_integer()) members["due_date"] = world.now() + days.integer() * day_s;
  return members;
}

std::string currency_of(const World& world, const Json& parameters) {
  if (!parameters["currency"].is_null()) return parameters["currency"].text();
  const Json* subscription = world.find("subscription", parameters["subscription"].text());
  if (subscription != nullptr) return (*subscription)["currency"].text();
  const std::string& own = world.get(parameters["customer"].text())["currency"].text();
  return own.empty() ? "usd" : own;
}

Outcome<Json> create(Call& call) {
  World& world = call.world;
  const Json& parameters = call.parameters;
  if (const auto fault = fault_of_terms(parameters)) return *fault;
  if (const auto fault = fault_of_owners(world, parameters)) return *fault;
  InvoiceOrder order;
  order.customer = parameters["customer"].text();
  order.subscription = parameters["subscription"].text();
  order.billing_reason = "manual";
  order.currency = currency_of(world, parameters);
  order.period_start = order.period_end = world.now();
  order.further = further_members(world, parameters);
  if (!order.subscription.empty()) {
    order.lines = pending_lines(world, order.subscription);
    if (order.lines.empty()) {
      return invalid("subscription", "invoice_no_subscription_line_items",
                     "Nothing to invoice for subscription");
    }
  } else if (parameters["pending_invoice_items_behavior"].text() == "include") {
    order.lines = pending_lines_of_customer(world, order.customer, order.currency);
  }
  const std::string invoice = create_invoice(world, order);
  place_items(world, order.lines, invoice);
  plan_advance(world, invoice);
  return world.get(invoice);
}

/// Its items wait for another invoice again.
Outcome<Json> remove(Call& call) {
  World& world = call.world;
  const auto invoice = find_object(world, kind, call.id());
  if (!invoice) return invoice;
  if ((*invoice)["status"].text() != "draft" || !(*invoice)["parent"].is_null()) {
    return invalid({}, "invoice_not_editable",
                   "You can only delete draft invoices that are not of a subscription; others can "
                   "be voided.");
  }
  for (const std::string& item : world.ids_with("invoiceitem", "invoice", call.id())) {
    world.change(item, {}, [](Json& object) { object["invoice"] = nullptr; });
  }
  world.unschedule(call.id());
  return world.remove(call.id(), "invoice.deleted");
}

Outcome<Json> send(Call& call) {
  World& world = call.world;
  const auto invoice = find_object(world, kind, call.id());
  if (!invoice) return invoice;
  const std::string& status = (*invoice)["status"].text();
  if ((*invoice)["collection_method"].text() != "send_invoice") {
    return invalid({}, {}, "You can only send invoices whose collection method is `send_invoice`.");
  }
  if (status != "draft" && status != "open") {
    return invalid({}, {}, "This invoice can't be sent: its status is " + status + ".");
  }
  finalize_invoice(world, call.id());
  world.announce(call.id(), "invoice.sent");
  return world.get(call.id());
}

constexpr Operation operations[] = {
    {Verb::post, "/v1/invoices", create_parameters, create},
    {Verb::remove, "/v1/invoices/{id}", {}, remove},
    {Verb::post, "/v1/invoices/{id}/send", {}, send},
};

}  // namespace

Operations manual_invoice_operations() { return operations; }

void plan_advance(World& world, const std::string& invoice) {
  const Json object = world.get(invoice);
  const std::string& status = object["status"].text();
  const bool advances = object["auto_advance"].flag();
  const std::int64_t at = world.now() + advance_s;
  if (status == "draft") {
    world.unschedule(invoice, "finalize_invoice");
    if (advances) world.schedule({at, "finalize_invoice", invoice});
    world.change(invoice, {}, [&](Json& changed) {
      changed["automatically_finalizes_at"] = advances ? Json{at} : Json{};
    });
  }
  if (status != "open" || object["collection_method"].text() != "charge_automatically") return;
  world.unschedule(invoice, "retry_invoice");
  if (advances) world.schedule({at, "retry_invoice", invoice});
  world.change(invoice, {}, [&](Json& changed) {
    changed["next_payment_attempt"] = advances ? Json{at} : Json{};
  });
}

}  // namespace tollgate::simulator
