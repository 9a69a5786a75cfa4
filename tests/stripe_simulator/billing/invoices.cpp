// SPDX-License-Identifier: Apache-2.0
#include "stripe_simulator/billing/invoices.hpp"

#include <algorithm>

#include "stripe_simulator/billing/consequences.hpp"
#include "stripe_simulator/billing/invoice_shapes.hpp"
#include "stripe_simulator/payments/payments.hpp"

namespace tollgate::simulator {
namespace {

void join_payment(World& world, const std::string& invoice, const std::string& intent) {
  world.note(intent, "invoice", invoice);
  const std::string payment =
      world.create(invoice_payment_shape(world, world.get(invoice), intent), {})["id"].text();
  world.note(invoice, "payment_intent", intent);
  world.note(invoice, "invoice_payment", payment);
}

std::string payment_description(const Json& invoice) {
  if (invoice["parent"].is_null()) {
    const Json& own = invoice["description"];
    return own.is_null() ? "Payment for Invoice" : own.text();
  }
  const bool first = invoice["billing_reason"].text() == "subscription_create";
  return first ? "Subscription creation" : "Subscription update";
}

void open_payment(World& world, const std::string& invoice) {
  const Json object = world.get(invoice);
  PaymentOrder order;
  order.customer = object["customer"].text();
  order.amount = object["amount_due"].integer();
  order.currency = object["currency"].text();
  order.description = payment_description(object);
  order.setup_future_usage = "off_session";
  join_payment(world, invoice, create_payment(world, order));
}

void open_invoice(World& world, const std::string& invoice) {
  world.unschedule(invoice, "finalize_invoice");
  const std::string prefix =
      world.get(world.get(invoice)["customer"].text())["invoice_prefix"].text();
  const std::int64_t number = world.count("invoice");
  // First invoices and those of a change are finalised as they are made.
  const bool at_once = world.get(invoice)["created"].integer() == world.now();
  world.change(invoice, at_once ? "" : "invoice.updated", [&](Json& object) {
    object["status"] = "open";
    object["number"] = prefix + "-" + std::to_string(number);
    object["effective_at"] = world.now();
    object["automatically_finalizes_at"] = nullptr;
    object["status_transitions"]["finalized_at"] = world.now();
    object["webhooks_delivered_at"] = world.now();
  });
  world.announce(invoice, "invoice.finalized");
}

/// Events of a paid invoice come in twos: for the amount and for the state.
void announce_paid(World& world, const std::string& invoice) {
  world.announce(invoice, "invoice.paid");
  world.announce(invoice, "invoice.payment_succeeded");
}

void cancel_open_payment(World& world, const std::string& invoice, std::string_view reason) {
  const std::string intent = payment_of_invoice(world, invoice);
  if (!intent.empty()) cancel_payment(world, intent, reason);
  const std::string payment = world.notes(invoice)["invoice_payment"].text();
  if (payment.empty()) return;
  world.change(payment, {}, [&](Json& object) {
    object["status"] = "canceled";
    object["status_transitions"]["canceled_at"] = world.now();
  });
}

Json default_method(const World& world, const Json& invoice) {
  if (!invoice["default_payment_method"].is_null()) return invoice["default_payment_method"];
  const std::string subscription = subscription_of_invoice(world, invoice["id"].text());
  if (const Json* object = world.find("subscription", subscription)) {
    if (!(*object)["default_payment_method"].is_null()) return (*object)["default_payment_method"];
  }
  const Json* customer = world.find("customer", invoice["customer"].text());
  return customer == nullptr ? Json{} : customer->at("invoice_settings.default_payment_method");
}

}  // namespace

std::string create_invoice(World& world, const InvoiceOrder& order) {
  Json invoice = draft_invoice_shape(world, order, world.make_id("in_1", 23));
  return world.create(std::move(invoice), "invoice.created")["id"].text();
}

void finalize_invoice(World& world, const std::string& invoice) {
  if (world.get(invoice)["status"].text() != "draft") return;
  open_invoice(world, invoice);
  if (world.get(invoice)["amount_due"].integer() > 0) {
    open_payment(world, invoice);
    return;
  }
  world.change(invoice, {}, [&](Json& object) {
    object["status"] = "paid";
    object["attempted"] = true;
    object["status_transitions"]["paid_at"] = world.now();
  });
  announce_paid(world, invoice);
}

std::string record_paid_invoice(World& world, const InvoiceOrder& order,
                                const std::string& intent) {
  const std::string invoice = create_invoice(world, order);
  open_invoice(world, invoice);
  join_payment(world, invoice, intent);
  mark_invoice_paid(world, invoice);
  return invoice;
}

void pay_invoice(World& world, const std::string& invoice, const Json& payment_method) {
  const Json object = world.get(invoice);
  if (object["status"].text() != "open" && object["status"].text() != "uncollectible") return;
  world.unschedule(invoice, "retry_invoice");
  const std::string intent = payment_of_invoice(world, invoice);
  const Json method = payment_method.is_null() ? default_method(world, object) : payment_method;
  if (method.is_null()) {
    follow_payment(world, intent);
  } else {
    confirm_payment(world, intent, method);
  }
}

void pay_out_of_band(World& world, const std::string& invoice) {
  const std::string status = world.get(invoice)["status"].text();
  if (status != "open" && status != "uncollectible") return;
  cancel_open_payment(world, invoice, "automatic");
  world.unschedule(invoice);
  world.change(invoice, {}, [&](Json& object) {
    object["status"] = "paid";
    object["amount_paid"] = object["amount_due"];
    object["amount_paid_off_stripe"] = std::as_const(object)["amount_due"];
    object["amount_remaining"] = 0;
    object["auto_advance"] = false;
    object["next_payment_attempt"] = nullptr;
    object["status_transitions"]["paid_at"] = world.now();
  });
  world.announce(invoice, "invoice.paid");
  follow_invoice_paid(world, invoice);
}

void mark_invoice_paid(World& world, const std::string& invoice) {
  world.unschedule(invoice, "retry_invoice");
  world.change(invoice, {}, [&](Json& object) {
    object["status"] = "paid";
    object["amount_paid"] = object["amount_due"];
    object["amount_remaining"] = 0;
    object["attempted"] = true;
    object["attempt_count"] = object["attempt_count"].integer() + 1;
    object["auto_advance"] = false;
    object["next_payment_attempt"] = nullptr;
    object["status_transitions"]["paid_at"] = world.now();
  });
  announce_paid(world, invoice);
  const std::string payment = world.notes(invoice)["invoice_payment"].text();
  world.change(payment, {}, [&](Json& object) {
    object["status"] = "paid";
    object["amount_paid"] = object["amount_requested"];
    object["status_transitions"]["paid_at"] = world.now();
  });
  world.announce(payment, "invoice_payment.paid");
}

void mark_attempt_failed(World& world, const std::string& invoice, std::int64_t next_attempt) {
  const bool first = !world.get(invoice)["attempted"].flag();
  world.change(invoice, first ? "" : "invoice.updated", [&](Json& object) {
    object["attempted"] = true;
    object["attempt_count"] = object["attempt_count"].integer() + 1;
    object["next_payment_attempt"] = next_attempt == 0 ? Json{} : Json{next_attempt};
  });
  world.announce(invoice, "invoice.payment_failed");
  if (next_attempt != 0) world.schedule({next_attempt, "retry_invoice", invoice});
}

void void_invoice(World& world, const std::string& invoice) {
  const std::string status = world.get(invoice)["status"].text();
  if (status != "open" && status != "uncollectible") return;
  cancel_open_payment(world, invoice, "void_invoice");
  world.unschedule(invoice);
  world.change(invoice, {}, [&](Json& object) {
    object["status"] = "void";
    object["auto_advance"] = false;
    object["next_payment_attempt"] = nullptr;
    object["status_transitions"]["voided_at"] = world.now();
  });
  world.announce(invoice, "invoice.voided");
}

void mark_uncollectible(World& world, const std::string& invoice) {
  if (world.get(invoice)["status"].text() != "open") return;
  world.unschedule(invoice);
  world.change(invoice, {}, [&](Json& object) {
    object["status"] = "uncollectible";
    object["auto_advance"] = false;
    object["next_payment_attempt"] = nullptr;
    object["status_transitions"]["marked_uncollectible_at"] = world.now();
  });
  world.announce(invoice, "invoice.marked_uncollectible");
}

std::string payment_of_invoice(const World& world, const std::string& invoice) {
  return world.notes(invoice)["payment_intent"].text();
}

std::string subscription_of_invoice(const World& world, const std::string& invoice) {
  return world.get(invoice).at("parent.subscription_details.subscription").text();
}

}  // namespace tollgate::simulator
