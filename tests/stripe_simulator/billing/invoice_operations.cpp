// SPDX-License-Identifier: Apache-2.0
#include "stripe_simulator/billing/invoice_operations.hpp"

#include "stripe_simulator/api/lists.hpp"
#include "stripe_simulator/billing/invoices.hpp"
#include "stripe_simulator/billing/manual_invoices.hpp"
#include "stripe_simulator/payments/payment_methods.hpp"
#include "stripe_simulator/payments/payments.hpp"

namespace tollgate::simulator {
namespace {

constexpr std::string_view kind = "invoice";
constexpr std::string_view payment_kind = "invoice_payment";

constexpr Parameter update_parameters[] = {{.path = "auto_advance", .shape = Shape::boolean},
                                           {.path = "description"},
                                           {.path = "footer"},
                                           {.path = "default_payment_method"},
                                           {.path = "metadata", .shape = Shape::metadata}};
constexpr Parameter pay_parameters[] = {{.path = "payment_method"},
                                        {.path = "paid_out_of_band", .shape = Shape::boolean},
                                        {.path = "off_session", .shape = Shape::boolean}};
constexpr Parameter finalize_parameters[] = {{.path = "auto_advance", .shape = Shape::boolean}};
constexpr Parameter list_filters[] = {{.path = "customer"},
                                      {.path = "subscription"},
                                      {.path = "status",
                                       .choices = "draft|open|paid|void"
                                                  "|uncollectible"},
                                      {.path = "collection_method"}};
constexpr Parameter payment_filters[] = {{.path = "invoice"},
                                         {.path = "status", .choices = "open|paid|canceled"},
                                         {.path = "payment.type", .choices = "payment_intent"},
                                         {.path = "payment.payment_intent"}};

ApiError not_in_state(std::string_view what, const Json& invoice) {
  return invalid({}, {},
                 "This invoice can't be " + std::string{what} + ": its status is " +
                     invoice["status"].text() + ".");
}

Outcome<Json> show(Call& call) { return find_object(call.world, kind, call.id()); }

Outcome<Json> pay(Call& call) {
  const auto invoice = find_object(call.world, kind, call.id());
  if (!invoice) return invoice;
  const std::string& status = (*invoice)["status"].text();
  if (status == "paid") return invalid({}, "invoice_already_paid", "Invoice is already paid");
  if (status == "void") return not_in_state("paid", *invoice);
  const Json& method = call.parameters["payment_method"];
  if (!method.is_null()) {
    const std::string& customer = (*invoice)["customer"].text();
    if (auto refusal = refusal_to_use(call.world, method.text(), customer)) return *refusal;
  }
  finalize_invoice(call.world, call.id());
  if (call.parameters["paid_out_of_band"].flag()) {
    pay_out_of_band(call.world, call.id());
    return call.world.get(call.id());
  }
  pay_invoice(call.world, call.id(), method);
  const std::string intent = payment_of_invoice(call.world, call.id());
  if (!intent.empty()) {
    if (auto declined = decline_of(call.world, intent)) return *declined;
  }
  return call.world.get(call.id());
}

/// After the draft, what an invoice says is settled: the text for the buyer stays open.
Outcome<Json> update(Call& call) {
  const auto invoice = find_object(call.world, kind, call.id());
  if (!invoice) return invoice;
  const bool is_draft = (*invoice)["status"].text() == "draft";
  const Json& method = call.parameters["default_payment_method"];
  if (!method.is_null()) {
    if (!is_draft) return not_in_state("given another payment method", *invoice);
    const std::string& customer = (*invoice)["customer"].text();
    if (auto refusal = refusal_to_use(call.world, method.text(), customer)) return *refusal;
  }
  Json changes = call.parameters;
  changes.erase("expand");
  call.world.change(call.id(), "invoice.updated", [&](Json& object) { merge(object, changes); });
  if (changes.has("auto_advance")) plan_advance(call.world, call.id());
  return call.world.get(call.id());
}

Outcome<Json> finalize(Call& call) {
  const auto invoice = find_object(call.world, kind, call.id());
  if (!invoice) return invoice;
  if ((*invoice)["status"].text() != "draft") return not_in_state("finalized", *invoice);
  const Json& advances = call.parameters["auto_advance"];
  if (!advances.is_null()) {
    call.world.change(call.id(), {}, [&](Json& object) { object["auto_advance"] = advances; });
  }
  finalize_invoice(call.world, call.id());
  plan_advance(call.world, call.id());
  return call.world.get(call.id());
}

Outcome<Json> make_void(Call& call) {
  const auto invoice = find_object(call.world, kind, call.id());
  if (!invoice) return invoice;
  const std::string& status = (*invoice)["status"].text();
  if (status != "open" && status != "uncollectible") return not_in_state("voided", *invoice);
  void_invoice(call.world, call.id());
  return call.world.get(call.id());
}

Outcome<Json> make_uncollectible(Call& call) {
  const auto invoice = find_object(call.world, kind, call.id());
  if (!invoice) return invoice;
  if ((*invoice)["status"].text() != "open") {
    return not_in_state("marked uncollectible", *invoice);
  }
  mark_uncollectible(call.world, call.id());
  return call.world.get(call.id());
}

Outcome<Json> list(Call& call) {
  constexpr Filter filters[] = {{"customer", "customer"},
                                {"subscription", "parent.subscription_details.subscription"},
                                {"status", "status"},
                                {"collection_method", "collection_method"}};
  return list_objects(call, kind, "/v1/invoices", filters);
}

Outcome<Json> list_lines(Call& call) {
  const auto invoice = find_object(call.world, kind, call.id());
  if (!invoice) return invoice;
  return list_page(call, "/v1/invoices/" + call.id() + "/lines", invoice->at("lines.data").items());
}

Outcome<Json> show_payment(Call& call) { return find_object(call.world, payment_kind, call.id()); }

Outcome<Json> list_payments(Call& call) {
  constexpr Filter filters[] = {{"invoice", "invoice"},
                                {"status", "status"},
                                {"payment.type", "payment.type"},
                                {"payment.payment_intent", "payment.payment_intent"}};
  return list_objects(call, payment_kind, "/v1/invoice_payments", filters);
}

constexpr Operation operations[] = {
    {Verb::get, "/v1/invoices/{id}", {}, show},
    {Verb::post, "/v1/invoices/{id}", update_parameters, update},
    {Verb::post, "/v1/invoices/{id}/pay", pay_parameters, pay},
    {Verb::post, "/v1/invoices/{id}/finalize", finalize_parameters, finalize},
    {Verb::post, "/v1/invoices/{id}/void", {}, make_void},
    {Verb::post, "/v1/invoices/{id}/mark_uncollectible", {}, make_uncollectible},
    {Verb::list, "/v1/invoices/{id}/lines", {}, list_lines},
    {Verb::list, "/v1/invoices", list_filters, list},
    {Verb::get, "/v1/invoice_payments/{id}", {}, show_payment},
    {Verb::list, "/v1/invoice_payments", payment_filters, list_payments},
};

}  // namespace

Operations invoice_operations() { return operations; }

}  // namespace tollgate::simulator
