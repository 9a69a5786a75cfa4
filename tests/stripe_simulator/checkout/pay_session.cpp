// SPDX-License-Identifier: Apache-2.0
#include "stripe_simulator/checkout/pay_session.hpp"

#include "stripe_simulator/billing/invoices.hpp"
#include "stripe_simulator/billing/subscriptions.hpp"
#include "stripe_simulator/checkout/checkout_sessions.hpp"
#include "stripe_simulator/checkout/session_completion.hpp"
#include "stripe_simulator/payments/payment_methods.hpp"
#include "stripe_simulator/payments/payments.hpp"
#include "stripe_simulator/payments/setup_intents.hpp"
#include "stripe_simulator/shop/customers.hpp"

namespace tollgate::simulator {
namespace {

constexpr std::int64_t day_s = 24 * 3600;
constexpr std::string_view buyer_email = "buyer@example.com";

/// What POST /v1/checkout/sessions was given and the session does not show.
const Json& order_of(const World& world, const std::string& session) {
  return world.notes(session)["order"];
}

std::string email_of(const World& world, const Json& session, const Buyer& buyer) {
  const Json* customer = world.find("customer", session["customer"].text());
  if (customer != nullptr && !(*customer)["email"].is_null()) return (*customer)["email"].text();
  const std::string& given = session["customer_email"].text();
  if (!given.empty()) return given;
  return buyer.email.empty() ? std::string{buyer_email} : buyer.email;
}

/// The session's customer, made now where the mode or the request wants one; empty for a guest.
std::string ensure_customer(World& world, const Json& session, const Buyer& buyer) {
  const std::string known = session["customer"].text();
  if (!known.empty()) return known;
  const bool guest = session["mode"].text() == "payment" &&
                     session["customer_creation"].text() != "always" &&
                     !session.at("invoice_creation.enabled").flag();
  if (guest) return {};
  const std::string id = session["id"].text();
  // A buyer whose first card was declined is the same one at the second try.
  const std::string before = world.notes(id)["buyer"].text();
  if (!before.empty()) return before;
  Json details = Json::object({{"email", email_of(world, session, buyer)}});
  if (!buyer.name.empty()) details["name"] = buyer.name;
  const auto made = create_customer(world, details);
  world.note(id, "buyer", (*made)["id"]);
  return (*made)["id"].text();
}

SubscriptionOrder subscription_order(World& world, const Json& session, const std::string& customer,
                                     const std::string& method) {
  const std::string id = session["id"].text();
  const Json& wanted = order_of(world, id)["subscription_data"];
  SubscriptionOrder order;
  order.customer = customer;
  order.default_payment_method = method.empty() ? Json{} : Json{method};
  if (wanted["metadata"].is_object()) order.metadata = wanted["metadata"];
  order.description = wanted["description"].text();
  if (wanted["trial_period_days"].integer() > 0) {
    order.trial_end = world.now() + wanted["trial_period_days"].integer() * day_s;
  }
  if (wanted["trial_end"].is_integer()) order.trial_end = wanted["trial_end"].integer();
  const Json& behavior = wanted.at("trial_settings.end_behavior.missing_payment_method");
  if (!behavior.is_null()) order.without_payment_method = behavior.text();
  const Json& mode = wanted.at("billing_mode.type");
  if (!mode.is_null()) order.billing_mode = mode.text();
  order.discounts = discounts_kept(world.notes(id)["discounts"]);
  order.checkout_session = id;
  for (const Json& line : line_items_of_session(world, id).items()) {
    const ItemOrder item{line.at("price.id").text(), line["quantity"].integer(1)};
    const bool recurring = line.at("price.type").text() == "recurring";
    (recurring ? order.items : order.once).push_back(item);
  }
  return order;
}

struct Paid {
  std::string intent;  ///< empty where nothing was to be paid
  Json changes = Json::object();
};

Paid subscribe(World& world, const Json& session, const std::string& customer,
               const std::string& method) {
  const SubscriptionOrder order = subscription_order(world, session, customer, method);
  const std::string subscription = start_subscription(world, order, FirstPayment::charge);
  const std::string invoice = world.get(subscription)["latest_invoice"].text();
  return {payment_of_invoice(world, invoice),
          Json::object({{"subscription", subscription}, {"invoice", invoice}})};
}

Paid pay_once(World& world, const Json& session, const std::string& customer,
              const std::string& method) {
  std::string intent = session["payment_intent"].text();
  if (intent.empty()) {
    const Json& wanted = order_of(world, session["id"].text())["payment_intent_data"];
    PaymentOrder order;
    order.customer = customer;
    order.amount = session["amount_total"].integer();
    order.currency = session["currency"].text();
    order.description = wanted["description"].text();
    order.setup_future_usage = wanted["setup_future_usage"];
    if (wanted["metadata"].is_object()) order.metadata = wanted["metadata"];
    if (order.amount == 0) return {};
    intent = create_payment(world, order);
  }
  confirm_payment(world, intent, method);
  return {intent, Json::object({{"payment_intent", intent}})};
}

Json buyer_details(const World& world, const Json& session, const Buyer& buyer) {
  return Json::object({{"address", Json::object({{"city", nullptr},
                                                 {"country", "US"},
                                                 {"line1", nullptr},
                                                 {"line2", nullptr},
                                                 {"postal_code", "94107"},
                                                 {"state", nullptr}})},
                       {"business_name", nullptr},
                       {"email", email_of(world, session, buyer)},
                       {"individual_name", nullptr},
                       {"name", buyer.name.empty() ? "Test Buyer" : buyer.name},
                       {"phone", nullptr},
                       {"tax_exempt", "none"},
                       {"tax_ids", Json::array()}});
}

/// A subscription's first payment, when the next charge was told to ask: it does not wait.
void pass_authentication(World& world, const std::string& intent) {
  if (world.get(intent)["status"].text() != "requires_action") return;
  authenticate_payment(world, intent, true);
}

std::string payment_status_of(const World& world, const Paid& paid) {
  if (paid.intent.empty()) return "no_payment_required";
  return world.get(paid.intent)["status"].text() == "succeeded" ? "paid" : "unpaid";
}

std::string chosen_method(World& world, const Json& session, const std::string& customer,
                          const std::string& wanted) {
  const std::string method = resolve_payment_method(world, wanted);
  const bool keeps = session["mode"].text() == "subscription";
  const Json* object = world.find("payment_method", method);
  if (keeps && object != nullptr && !customer.empty()) {
    attach_payment_method(world, method, customer);
  }
  return method;
}

ApiError not_open(const Json& session) {
  return invalid({}, {},
                 "This Checkout Session is " + session["status"].text() +
                     "; only open sessions can be completed or expired.");
}

void wait_for_authentication(World& world, const std::string& id, const Buyer& buyer,
                             const std::string& method) {
  world.note(
      id, "waiting",
      Json::object({{"payment_method", method}, {"email", buyer.email}, {"name", buyer.name}}));
}

/// The card that a session in setup mode is for.
Outcome<Json> set_up(World& world, const Json& session, const std::string& customer,
                     const std::string& method) {
  const std::string intent = session["setup_intent"].text();
  if (!customer.empty()) {
    world.change(intent, {}, [&](Json& object) { object["customer"] = customer; });
  }
  return confirm_setup(world, intent, method);
}

/// What is left when the money has moved, or will.
Outcome<Json> finish(World& world, const std::string& id, const Buyer& buyer,
                     const std::string& customer, const Paid& paid) {
  if (!paid.intent.empty()) {
    world.note(paid.intent, "session", id);
    if (auto declined = decline_of(world, paid.intent)) {
      // The next try is an attempt of the same payment.
      world.change(id, {}, [&](Json& object) { object["payment_intent"] = paid.intent; });
      return *declined;
    }
  }
  world.unschedule(id);
  const Json session = world.get(id);
  const Json details = buyer_details(world, session, buyer);
  if (session["mode"].text() == "payment") redeem_discounts(world, session);
  const std::string status = payment_status_of(world, paid);
  const Json invoice = status == "paid" ? invoice_of_payment(world, session, paid.intent, customer)
                                        : session["invoice"];
  update_customer(world, session, details);
  world.change(id, {}, [&](Json& object) {
    object["invoice"] = invoice;
    merge(object, paid.changes);
    object["status"] = "complete";
    object["payment_status"] = status;
    object["url"] = nullptr;
    object["customer"] = customer.empty() ? Json{} : Json{customer};
    object["customer_details"] = details;
  });
  world.note(id, "completed_at", world.now());
  world.announce(id, "checkout.session.completed");
  return world.get(id);
}

/// Takes the money; an intent that requires action makes the session wait.
Outcome<Json> charge_buyer(World& world, const Json& session, const Buyer& buyer,
                           const std::string& resolved) {
  const std::string id = session["id"].text();
  const std::string customer = ensure_customer(world, session, buyer);
  if (session["mode"].text() == "setup") {
    const auto kept = set_up(world, session, customer, resolved);
    if (!kept) return kept.error();
    if ((*kept)["status"].text() == "succeeded") return finish(world, id, buyer, customer, {});
    wait_for_authentication(world, id, buyer, resolved);
    return world.get(id);
  }
  const std::string method = chosen_method(world, session, customer, resolved);
  Paid paid;
  if (session["mode"].text() == "subscription") {
    paid = subscribe(world, session, customer, method);
    if (!paid.intent.empty()) pass_authentication(world, paid.intent);
  } else if (session["mode"].text() == "payment") {
    paid = pay_once(world, session, customer, method);
    if (!paid.intent.empty() && world.get(paid.intent)["status"].text() == "requires_action") {
      wait_for_authentication(world, id, buyer, method);
      return world.change(id, {}, [&](Json& object) { object["payment_intent"] = paid.intent; });
    }
  }
  return finish(world, id, buyer, customer, paid);
}

}  // namespace

Outcome<Json> pay_session(World& world, const std::string& id, const Buyer& buyer) {
  const Json session = world.get(id);
  if (session["status"].text() != "open") return not_open(session);
  world.note(id, "waiting", nullptr);
  const bool needs_none = session["amount_total"].integer() == 0 &&
                          session["payment_method_collection"].text() == "if_required";
  const std::string token = buyer.payment_method.empty() ? "pm_card_visa" : buyer.payment_method;
  const std::string resolved = needs_none ? std::string{} : resolve_payment_method(world, token);
  if (auto refusal = refusal_of_type(world, session, resolved)) return *refusal;
  if (auto refusal = refusal_of_subscription(world, session, resolved)) return *refusal;
  const bool subscribes = session["mode"].text() == "subscription";
  if (subscribes && !resolved.empty() && asks_buyer(behaviour_of(world, resolved))) {
    // There is no subscription before it is paid, so the bank asks first.
    wait_for_authentication(world, id, buyer, resolved);
    return session;
  }
  return charge_buyer(world, session, buyer, resolved);
}

bool waits_for_authentication(const World& world, const std::string& session) {
  return world.get(session)["status"].text() == "open" &&
         !world.notes(session)["waiting"].is_null();
}

Outcome<Json> authenticate_session(World& world, const std::string& id, bool passed) {
  if (!waits_for_authentication(world, id)) {
    return invalid({}, {}, "This Checkout Session waits for no authentication.");
  }
  const Json session = world.get(id);
  const Json waiting = world.notes(id)["waiting"];
  const Buyer buyer{
      .payment_method = {}, .email = waiting["email"].text(), .name = waiting["name"].text()};
  world.note(id, "waiting", nullptr);
  if (session["mode"].text() == "payment") {
    const std::string intent = session["payment_intent"].text();
    authenticate_payment(world, intent, passed);
    return finish(world, id, buyer, world.get(intent)["customer"].text(), {intent});
  }
  if (session["mode"].text() == "setup") {
    const auto kept = authenticate_setup(world, session["setup_intent"].text(), passed);
    if (!kept) return kept.error();
    return finish(world, id, buyer, (*kept)["customer"].text(), {});
  }
  if (!passed) return card_error("payment_intent_authentication_failure", {});
  const std::string method = waiting["payment_method"].text();
  if (auto declined = refusal_of_subscription(world, session, method)) return *declined;
  if (auto declined = decline_of_method(world, method)) return *declined;
  authenticate_ahead(world, method);
  return charge_buyer(world, session, buyer, method);
}

Outcome<Json> complete_session(World& world, const std::string& id,
                               const std::string& payment_method) {
  auto session =
      pay_session(world, id, {.payment_method = payment_method, .email = {}, .name = {}});
  if (!session || !waits_for_authentication(world, id)) return session;
  return authenticate_session(world, id, true);
}

}  // namespace tollgate::simulator
