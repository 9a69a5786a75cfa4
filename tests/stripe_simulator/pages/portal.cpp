// SPDX-License-Identifier: Apache-2.0
#include "stripe_simulator/pages/portal.hpp"

#include <algorithm>

#include "stripe_simulator/api/operation.hpp"
#include "stripe_simulator/control/control_answers.hpp"

namespace tollgate::simulator {
namespace {

constexpr std::string_view kind = "billing_portal.session";
constexpr std::string_view own_key = "Bearer sk_test_portal";

/// An id: holds nothing that a path or a form would have to encode.
bool is_plain(std::string_view text) {
  constexpr std::string_view letters =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
  return !text.empty() && text.find_first_not_of(letters) == std::string_view::npos;
}

ApiError closed(std::string_view what) {
  ApiError error =
      invalid({}, {}, "The shop does not let its customers " + std::string{what} + ".");
  error.status = 403;
  return error;
}

/// The error that Stripe's client would have seen.
ApiError error_of(const ApiAnswer& answer) {
  const auto body = parse_json(answer.body);
  const Json& told = body ? (*body)["error"] : Json{};
  ApiError error = invalid(told["param"].text(), told["code"].text(), told["message"].text());
  error.status = answer.status;
  if (told["type"].text() == "card_error") error.type = ErrorType::card_error;
  return error;
}

}  // namespace

Outcome<Json> Portal::call(std::string_view method, const std::string& path,
                           const std::string& form) {
  ApiRequest request;
  request.method = method;
  request.path = path;
  (method == "GET" ? request.query : request.body) = form;
  request.authorization = own_key;
  const ApiAnswer answer = api_.answer(request);
  if (answer.status != 200) return error_of(answer);
  auto body = parse_json(answer.body);
  return body ? *body : Json{};
}

const Json& Portal::features_of(const Json& session) const {
  static const Json none = Json::object();
  const Json* configuration =
      world_.find("billing_portal.configuration", session["configuration"].text());
  return configuration == nullptr ? none : (*configuration)["features"];
}

/// Prices that the configuration offers instead of the one that a customer has.
Json Portal::plans_of(const Json& session) const {
  Json plans = Json::array();
  const Json& update = features_of(session)["subscription_update"];
  if (!update["enabled"].flag()) return plans;
  for (const Json& product : update["products"].items()) {
    for (const Json& id : product["prices"].items()) {
      const Json* price = world_.find("price", id.text());
      if (price != nullptr && (*price)["active"].flag()) plans.items().push_back(*price);
    }
  }
  return plans;
}

Json Portal::product_names(const Json& plans, const Json& subscriptions) const {
  Json names = Json::object();
  const auto add = [&](const Json& price) {
    const std::string& id = price["product"].text();
    const Json* product = world_.find("product", id);
    if (product != nullptr) names[id] = (*product)["name"];
  };
  for (const Json& plan : plans.items()) add(plan);
  for (const Json& subscription : subscriptions.items()) {
    for (const Json& item : subscription.at("items.data").items()) add(item["price"]);
  }
  return names;
}

Outcome<Json> Portal::state(const Json& session) {
  const std::string& customer = session["customer"].text();
  Json shown = Json::object({{"session", session}, {"features", features_of(session)}});
  auto owner = call("GET", "/v1/customers/" + customer, {});
  if (!owner) return owner;
  shown["customer"] = *owner;
  const std::string of_customer = "limit=100&customer=" + customer;
  for (const auto& [name, path, query] :
       {std::tuple{"subscriptions", "/v1/subscriptions", of_customer + "&status=all"},
        std::tuple{"invoices", "/v1/invoices", of_customer},
        std::tuple{"payment_methods", "/v1/payment_methods", of_customer}}) {
    auto page = call("GET", path, query);
    if (!page) return page;
    shown[name] = (*page)["data"];
  }
  shown["plans"] = plans_of(session);
  shown["product_names"] = product_names(shown["plans"], shown["subscriptions"]);
  shown["now"] = world_.now();
  return shown;
}

Outcome<Json> Portal::change_plan(const Json& session, const Json& subscription,
                                  const std::string& price) {
  const Json plans = plans_of(session);
  const bool offered = std::any_of(plans.items().begin(), plans.items().end(),
                                   [&](const Json& plan) { return plan["id"].text() == price; });
  const Json& items = subscription.at("items.data");
  if (!offered || items.items().empty()) return closed("change to this plan");
  const Json& prorations = features_of(session).at("subscription_update.proration_behavior");
  return call("POST", "/v1/subscriptions/" + subscription["id"].text(),
              "items[0][id]=" + items.items()[0]["id"].text() + "&items[0][price]=" + price +
                  "&proration_behavior=" + prorations.text());
}

Outcome<Json> Portal::change_subscription(const Json& session, const Json& wanted) {
  const std::string& id = wanted["subscription"].text();
  const Json* found = world_.find("subscription", id);
  // A session opens its own customer's subscriptions and no other's.
  if (found == nullptr || (*found)["customer"] != session["customer"]) {
    return no_such("subscription", id);
  }
  const std::string& action = wanted["action"].text();
  if (action == "change_plan") return change_plan(session, *found, wanted["price"].text());
  const Json& cancel = features_of(session)["subscription_cancel"];
  if (!cancel["enabled"].flag()) return closed("cancel");
  const std::string path = "/v1/subscriptions/" + id;
  if (action == "resume") return call("POST", path, "cancel_at_period_end=false");
  if (cancel["mode"].text() == "immediately") return call("DELETE", path, {});
  return call("POST", path, "cancel_at_period_end=true");
}

Outcome<Json> Portal::set_card(const std::string& customer, const std::string& method) {
  if (!is_plain(method)) return no_such("PaymentMethod", method, "payment_method");
  auto attached = call("POST", "/v1/payment_methods/" + method + "/attach", "customer=" + customer);
  if (!attached) return attached;
  const std::string id = (*attached)["id"].text();
  auto changed =
      call("POST", "/v1/customers/" + customer, "invoice_settings[default_payment_method]=" + id);
  if (!changed) return changed;
  // A subscription with a default of its own would still be charged by that.
  auto subscriptions = call("GET", "/v1/subscriptions", "limit=100&customer=" + customer);
  if (!subscriptions) return subscriptions;
  for (const Json& subscription : (*subscriptions)["data"].items()) {
    if (subscription["default_payment_method"].is_null()) continue;
    changed = call("POST", "/v1/subscriptions/" + subscription["id"].text(),
                   "default_payment_method=" + id);
    if (!changed) return changed;
  }
  return changed;
}

Outcome<Json> Portal::perform(const Json& session, const Json& wanted) {
  const std::string& action = wanted["action"].text();
  if (action == "cancel" || action == "resume" || action == "change_plan") {
    return change_subscription(session, wanted);
  }
  if (action != "set_card") return invalid("action", {}, "There is no such action.");
  if (!features_of(session).at("payment_method_update.enabled").flag()) {
    return closed("change cards");
  }
  return set_card(session["customer"].text(), wanted["payment_method"].text());
}

http::Response Portal::show(const std::string& session_id) {
  const auto session = find_object(world_, kind, session_id);
  if (!session) return answer_outcome(session);
  return answer_outcome(state(*session));
}

http::Response Portal::act(const std::string& session_id, const http::Request& request) {
  const auto session = find_object(world_, kind, session_id);
  if (!session) return answer_outcome(session);
  const auto wanted = body_of(request);
  if (!wanted) return refuse(request, R"(Send {"action": "cancel", "subscription": "sub_…"}.)");
  const auto done = perform(*session, *wanted);
  if (!done) return answer_outcome(done);
  return answer_outcome(state(*session));
}

}  // namespace tollgate::simulator
