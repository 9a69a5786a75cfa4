// SPDX-License-Identifier: Apache-2.0
#include "checkout/json/stripe_json.hpp"

#include "base/json.hpp"

namespace tollgate::checkout {
namespace {

using Json = json::Value;
using json::member;

std::string text_of(const Json& value) { return std::string{json::text_of(value)}; }

std::string text(const Json& object, const char* name) { return text_of(member(object, name)); }

std::int64_t number(const Json& object, const char* name, std::int64_t fallback = 0) {
  const Json& value = member(object, name);
  return value.IsInt64() ? value.GetInt64() : fallback;
}

bool flag(const Json& object, const char* name) { return member(object, name).IsTrue(); }

std::optional<Time> time(const Json& object, const char* name) {
  const Json& value = member(object, name);
  if (!value.IsInt64()) return std::nullopt;
  return from_unix_seconds(value.GetInt64());
}

/// The id, whether the reference is expanded or not.
std::string reference(const Json& object, const char* name) {
  const Json& value = member(object, name);
  return value.IsObject() ? text(value, "id") : text_of(value);
}

Planted planted_in(const Json& object) {
  const Json& metadata = member(object, "metadata");
  return {text(metadata, "user_id"), text(metadata, "tollgate_attempt"),
          text(metadata, "tollgate_request")};
}

/// The answer was parsed once as JSON by libs/stripe: a null instead of it does not come.
template <class Read>
auto with_document(std::string_view answer, Read read) {
  const rapidjson::Document document = json::parse(answer).value_or(rapidjson::Document{});
  return read(static_cast<const Json&>(document));
}

template <class T>
Page<T> page_of(std::string_view answer, T (*read)(const Json&)) {
  return with_document(answer, [&](const Json& list) {
    Page<T> page;
    page.has_more = flag(list, "has_more");
    const Json& data = member(list, "data");
    if (!data.IsArray()) return page;
    for (const Json& element : data.GetArray()) page.elements.push_back(read(element));
    return page;
  });
}

Session session_in(const Json& object) {
  Session session;
  session.id = text(object, "id");
  session.url = text(object, "url");
  session.mode = text(object, "mode");
  session.status = text(object, "status");
  session.payment_status = text(object, "payment_status");
  session.customer = reference(object, "customer");
  session.is_customer_deleted = flag(member(object, "customer"), "deleted");
  session.subscription = reference(object, "subscription");
  session.payment_status_of_intent = text(member(object, "payment_intent"), "status");
  session.expires_at = time(object, "expires_at");
  session.planted = planted_in(object);
  return session;
}

SubscriptionItem item_in(const Json& object) {
  const Json& price = member(object, "price");
  SubscriptionItem item;
  item.id = text(object, "id");
  item.price = text(price, "id");
  item.product = reference(price, "product");
  item.lookup_key = text(price, "lookup_key");
  item.currency = text(price, "currency");
  item.interval = text(member(price, "recurring"), "interval");
  item.amount = number(price, "unit_amount");
  item.quantity = number(object, "quantity", 1);
  item.period_end = time(object, "current_period_end");
  return item;
}

/// Of a trial: nothing is paid yet, and the bank may still ask for the buyer.
std::string setup_secret_in(const Json& object) {
  const Json& setup = member(object, "pending_setup_intent");
  const std::string status = text(setup, "status");
  const bool is_waiting = status == "requires_action" || status == "requires_confirmation";
  return is_waiting ? text(setup, "client_secret") : std::string{};
}

Subscription subscription_in(const Json& object) {
  Subscription subscription;
  subscription.id = text(object, "id");
  subscription.customer = reference(object, "customer");
  subscription.status = text(object, "status");
  const Json& items = member(member(object, "items"), "data");
  if (items.IsArray()) {
    for (const Json& item : items.GetArray()) subscription.items.push_back(item_in(item));
  }
  subscription.created = time(object, "created");
  subscription.cancel_at = time(object, "cancel_at");
  subscription.cancel_at_period_end = flag(object, "cancel_at_period_end");
  subscription.trial_end = time(object, "trial_end");
  subscription.latest_invoice = reference(object, "latest_invoice");
  const Json& invoice = member(object, "latest_invoice");
  subscription.invoice_status = text(invoice, "status");
  subscription.client_secret = text(member(invoice, "confirmation_secret"), "client_secret");
  const Json& payments = member(member(invoice, "payments"), "data");
  if (payments.IsArray() && !payments.Empty()) {
    subscription.payment_intent = reference(member(payments[0], "payment"), "payment_intent");
  }
  subscription.setup_secret = setup_secret_in(object);
  subscription.change_pending = member(object, "pending_update").IsObject();
  subscription.planted = planted_in(object);
  return subscription;
}

FoundCustomer customer_in(const Json& object) {
  return {text(object, "id"), planted_in(object).user_id};
}

FoundPrice price_in(const Json& object) {
  return {text(object, "id"), text(object, "lookup_key"), text(object, "currency"),
          text(member(object, "recurring"), "interval"), number(object, "unit_amount")};
}

bool is_proration(const Json& line) {
  const Json& parent = member(line, "parent");
  return flag(member(parent, "subscription_item_details"), "proration") ||
         flag(member(parent, "invoice_item_details"), "proration");
}

}  // namespace

std::string read_id(std::string_view answer) {
  return with_document(answer, [](const Json& object) { return text(object, "id"); });
}

bool read_deleted(std::string_view answer) {
  return with_document(answer, [](const Json& object) { return flag(object, "deleted"); });
}

std::string read_url(std::string_view answer) {
  return with_document(answer, [](const Json& object) { return text(object, "url"); });
}

Session read_session(std::string_view answer) { return with_document(answer, session_in); }

Page<Session> read_sessions(std::string_view answer) { return page_of(answer, session_in); }

Subscription read_subscription(std::string_view answer) {
  return with_document(answer, subscription_in);
}

Page<Subscription> read_subscriptions(std::string_view answer) {
  return page_of(answer, subscription_in);
}

Payment read_payment(std::string_view answer) {
  return with_document(answer, [](const Json& object) {
    const Json& error = member(object, "last_payment_error");
    return Payment{text(object, "status"), text(error, "code"), text(error, "decline_code"),
                   text(error, "message")};
  });
}

Preview read_preview(std::string_view answer) {
  return with_document(answer, [](const Json& invoice) {
    Preview preview{number(invoice, "amount_due"), text(invoice, "currency"), {}};
    const Json& lines = member(member(invoice, "lines"), "data");
    if (!lines.IsArray()) return preview;
    for (const Json& line : lines.GetArray()) {
      preview.lines.push_back(
          {text(line, "description"), number(line, "amount"), is_proration(line)});
    }
    return preview;
  });
}

Page<FoundCustomer> read_customers(std::string_view answer) { return page_of(answer, customer_in); }

std::vector<FoundPrice> read_prices(std::string_view answer) {
  return page_of(answer, price_in).elements;
}

std::vector<std::string> read_payment_intents(std::string_view answer) {
  const auto intent_in =
      +[](const Json& payment) { return reference(member(payment, "payment"), "payment_intent"); };
  return page_of(answer, intent_in).elements;
}

}  // namespace tollgate::checkout
