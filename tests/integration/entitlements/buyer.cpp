// SPDX-License-Identifier: Apache-2.0
#include "tests/integration/entitlements/buyer.hpp"

#include <utility>

namespace tollgate::tests {
namespace {

std::string quoted(const std::string& text) { return '"' + text + '"'; }

std::string planted(const std::string& user_id) {
  return ", \"metadata\": {\"user_id\": " + quoted(user_id) + "}";
}

}  // namespace

std::string member(const std::string& name, const std::string& text) {
  return ", " + quoted(name) + ": " + quoted(text);
}
std::string member(const std::string& name, std::int64_t number) {
  return ", " + quoted(name) + ": " + std::to_string(number);
}

std::string event_body(const std::string& id, const std::string& type, std::int64_t created,
                       const StripeObject& object, const std::string& previous,
                       const std::string& more) {
  std::string body = "{\"id\": " + quoted(id) + member("object", "event") +
                     member("api_version", "2026-10-28.endive") + member("created", created) +
                     ", \"data\": {\"object\": {\"id\": " + quoted(object.id) +
                     member("object", object.object) + object.values + "}";
  if (!previous.empty()) body += ", \"previous_attributes\": {" + previous + "}";
  return body + "}, \"livemode\": false" + member("type", type) + more + "}";
}

Buyer::Buyer(std::string of_name)
    : name(std::move(of_name)),
      user_id("usr_" + name),
      customer("cus_" + name),
      subscription("sub_" + name),
      session("cs_" + name),
      invoice("in_" + name),
      payment_intent("pi_" + name),
      charge("ch_" + name) {}

std::string Buyer::event_id(const std::string& what) const { return "evt_" + name + "_" + what; }

std::string Buyer::event(const std::string& type, std::int64_t created,
                         const StripeObject& object) const {
  return event_body(event_id(type), type, created, object);
}

std::vector<std::string> Buyer::first_checkout() const {
  return {customer_created(),
          event("payment_method.attached", begun,
                {"pm_" + name, "payment_method", member("customer", customer)}),
          charge_succeeded(),
          event("payment_intent.created", begun + 1,
                {payment_intent, "payment_intent",
                 member("customer", customer) + member("status", "requires_payment_method")}),
          payment_succeeded(),
          subscription_created(),
          invoice_is("created", "draft", begun + 2),
          invoice_is("finalized", "open", begun + 2),
          invoice_paid(),
          invoice_is("payment_succeeded", "paid", begun + 2),
          invoice_payment_paid(),
          session_completed()};
}

std::string Buyer::customer_created() const {
  return event("customer.created", begun, {customer, "customer", ", \"email\": \"zoe@shop.test\""});
}

std::string Buyer::session_completed() const {
  return event("checkout.session.completed", begun + 3,
               {session, "checkout.session",
                member("customer", customer) + member("mode", "subscription") +
                    member("status", "complete") + member("payment_status", "paid") +
                    member("client_reference_id", user_id) + member("subscription", subscription) +
                    member("invoice", invoice) + member("created", begun)});
}

std::string Buyer::subscription_created() const {
  return subscription_event("created", "customer.subscription.created", "active", begun + 1, {});
}

std::string Buyer::subscription_is(const std::string& status, std::int64_t created) const {
  return subscription_event(status + std::to_string(created), "customer.subscription.updated",
                            status, created, "\"status\": \"active\"");
}

std::string Buyer::subscription_deleted(std::int64_t created) const {
  return subscription_event("deleted", "customer.subscription.deleted", "canceled", created, {});
}

std::string Buyer::subscription_event(const std::string& what, const std::string& type,
                                      const std::string& status, std::int64_t created,
                                      const std::string& previous) const {
  const std::string items =
      ", \"items\": {\"data\": [{\"id\": \"si_" + name + "\", \"quantity\": 1" +
      member("current_period_start", begun) + member("current_period_end", period_end) +
      ", \"price\": {\"id\": \"price_1\", \"product\": \"prod_tollgate_professional\", "
      "\"lookup_key\": \"professional_monthly\"}}], \"has_more\": false}";
  return event_body(
      event_id("sub_" + what), type, created,
      {subscription, "subscription",
       member("customer", customer) + member("status", status) + member("latest_invoice", invoice) +
           member("created", begun + 1) + items + planted(user_id)},
      previous);
}

std::string Buyer::invoice_is(const std::string& type, const std::string& status,
                              std::int64_t created) const {
  return event("invoice." + type, created,
               {invoice, "invoice",
                member("customer", customer) + member("status", status) +
                    member("billing_reason", "subscription_create") + member("amount_due", 1900) +
                    member("amount_paid", status == "paid" ? 1900 : 0) + member("currency", "usd") +
                    member("created", begun + 2) +
                    ", \"parent\": {\"type\": \"subscription_details\", "
                    "\"subscription_details\": {\"subscription\": " +
                    quoted(subscription) + "}}"});
}

std::string Buyer::invoice_payment_paid() const {
  return event(
      "invoice_payment.paid", begun + 2,
      {"inpay_" + name, "invoice_payment",
       member("invoice", invoice) + member("status", "paid") + member("amount_paid", 1900) +
           member("currency", "usd") + ", \"payment\": {\"type\": \"payment_intent\"" +
           member("payment_intent", payment_intent) + "}"});
}

std::string Buyer::payment_succeeded() const {
  return event("payment_intent.succeeded", begun + 2,
               {payment_intent, "payment_intent",
                member("customer", customer) + member("status", "succeeded") +
                    member("amount", 1900) + member("amount_received", 1900) +
                    member("currency", "usd") + member("latest_charge", charge)});
}

std::string Buyer::charge_succeeded() const {
  return event("charge.succeeded", begun + 1,
               {charge, "charge",
                member("customer", customer) + member("payment_intent", payment_intent) +
                    member("status", "succeeded") + member("amount", 1900) +
                    member("amount_refunded", 0) + member("currency", "usd")});
}

std::string Buyer::refunded(std::int64_t created) const {
  return event(
      "refund.created", created,
      {"re_" + name, "refund",
       member("payment_intent", payment_intent) + member("charge", charge) +
           member("amount", 1900) + member("currency", "usd") + member("status", "succeeded")});
}

Guest::Guest(std::string of_name)
    : name(std::move(of_name)),
      user_id("usr_" + name),
      session("cs_" + name),
      payment_intent("pi_" + name),
      charge("ch_" + name) {}

std::string Guest::session_completed() const {
  return event_body(
      "evt_cs_" + name, "checkout.session.completed", Buyer::begun + 3,
      {session, "checkout.session",
       ", \"customer\": null" + member("mode", "payment") + member("status", "complete") +
           member("payment_status", "paid") + member("client_reference_id", user_id) +
           member("payment_intent", payment_intent) + member("amount_total", 2900) +
           member("currency", "usd") + member("created", Buyer::begun) +
           ", \"metadata\": {\"tollgate_items\": \"handbook:1\"}"});
}

std::string Guest::payment_succeeded() const {
  return event_body("evt_pi_" + name, "payment_intent.succeeded", Buyer::begun + 2,
                    {payment_intent, "payment_intent",
                     ", \"customer\": null" + member("status", "succeeded") +
                         member("amount", 2900) + member("amount_received", 2900) +
                         member("currency", "usd") + member("latest_charge", charge)});
}

std::string Guest::charge_succeeded() const {
  return event_body("evt_ch_" + name, "charge.succeeded", Buyer::begun + 1,
                    {charge, "charge",
                     ", \"customer\": null" + member("payment_intent", payment_intent) +
                         member("status", "succeeded") + member("amount", 2900) +
                         member("amount_refunded", 0) + member("currency", "usd")});
}

std::string Guest::refunded() const {
  return event_body("evt_re_" + name, "refund.created", Buyer::begun + 10,
                    {"re_" + name, "refund",
                     member("charge", charge) + member("amount", 2900) + member("currency", "usd") +
                         member("status", "succeeded")});
}

std::string Guest::dispute_opened() const {
  return event_body("evt_dp_" + name, "charge.dispute.created", Buyer::begun + 20,
                    {"dp_" + name, "dispute",
                     member("charge", charge) + member("payment_intent", payment_intent) +
                         member("amount", 2900) + member("currency", "usd") +
                         member("status", "needs_response") + member("reason", "fraudulent")});
}

}  // namespace tollgate::tests
