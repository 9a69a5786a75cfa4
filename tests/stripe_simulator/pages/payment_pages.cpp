// SPDX-License-Identifier: Apache-2.0
#include "stripe_simulator/pages/payment_pages.hpp"

#include "stripe_simulator/checkout/checkout_discounts.hpp"
#include "stripe_simulator/checkout/checkout_sessions.hpp"
#include "stripe_simulator/checkout/pay_session.hpp"

namespace tollgate::simulator {
namespace {

constexpr std::string_view business_name = "Test Shop";

constexpr Parameter confirm_parameters[] = {
    {.path = "payment_method"},
    {.path = "email"},
    {.path = "name"},
    {.path = "expected_amount", .shape = Shape::integer},
};
constexpr Parameter code_parameters[] = {{.path = "promotion_code"}};
constexpr Parameter authenticate_parameters[] = {
    {.path = "outcome", .need = Need::required, .choices = "complete|fail"}};

Json line_shape(const World& world, const Json& line) {
  const Json& price = line["price"];
  const Json* product = world.find("product", price["product"].text());
  Json shape = Json::object({{"name", line["description"]},
                             {"description", nullptr},
                             {"image", nullptr},
                             {"quantity", line["quantity"]},
                             {"unit_amount", price["unit_amount"]},
                             {"amount_subtotal", line["amount_subtotal"]},
                             {"amount_total", line["amount_total"]},
                             {"currency", line["currency"]},
                             {"recurring", price["recurring"]}});
  if (product == nullptr) return shape;
  shape["description"] = (*product)["description"];
  const Json::Array& images = (*product)["images"].items();
  if (!images.empty()) shape["image"] = images.front();
  return shape;
}

Json line_shapes(const World& world, const std::string& session) {
  Json lines = Json::array();
  for (const Json& line : line_items_of_session(world, session).items()) {
    lines.items().push_back(line_shape(world, line));
  }
  return lines;
}

/// The address that the session fixes; null where the buyer types one.
Json email_of(const World& world, const Json& session) {
  const Json* customer = world.find("customer", session["customer"].text());
  if (customer != nullptr && !(*customer)["email"].is_null()) return (*customer)["email"];
  return session["customer_email"];
}

Json success_url_of(const Json& session) {
  constexpr std::string_view placeholder = "{CHECKOUT_SESSION_ID}";
  std::string url = session["success_url"].text();
  if (url.empty()) return {};
  for (auto at = url.find(placeholder); at != std::string::npos; at = url.find(placeholder)) {
    url.replace(at, placeholder.size(), session["id"].text());
  }
  return url;
}

/// Whether nobody is left who must answer checkout.session.completed: Stripe holds the redirect
/// back for it (docs.stripe.com/checkout/fulfillment). Events are looked at from the newest on.
bool completion_is_answered(const World& world, const Json& session) {
  const std::int64_t completed_at = world.notes(session["id"].text())["completed_at"].integer();
  const std::vector<std::string>& events = world.ids("event");
  for (auto id = events.rbegin(); id != events.rend(); ++id) {
    const Json& event = world.get(*id);
    if (event["created"].integer() < completed_at) break;
    if (event["type"].text() != "checkout.session.completed") continue;
    if (event.at("data.object.id") != session["id"]) continue;
    return event["pending_webhooks"].integer() == 0 || world.notes(*id)["given_up"].flag();
  }
  return true;
}

std::string_view waits_for(const World& world, const Json& session) {
  const std::string& status = session["status"].text();
  if (status == "open") {
    return waits_for_authentication(world, session["id"].text()) ? "authentication" : "buyer";
  }
  if (status == "complete" && !completion_is_answered(world, session)) return "webhooks";
  return "nothing";
}

/// What POST /v1/checkout/sessions said of the trial; null without one.
Json trial_of(const World& world, const std::string& session) {
  const Json& wanted = world.notes(session)["order"]["subscription_data"];
  if (wanted["trial_end"].is_integer()) return Json::object({{"end", wanted["trial_end"]}});
  if (wanted["trial_period_days"].integer() <= 0) return {};
  return Json::object({{"days", wanted["trial_period_days"]}});
}

/// The code that the buyer has entered; null without one.
Json promotion_code_of(const World& world, const Json& session) {
  for (const Json& discount : session["discounts"].items()) {
    const Json* found = world.find("promotion_code", discount["promotion_code"].text());
    if (found != nullptr) return (*found)["code"];
  }
  return {};
}

Json page_shape(const World& world, const std::string& id) {
  const Json& session = world.get(id);
  Json page = Json::object({{"id", id}, {"object", "payment_page"}, {"session_id", id}});
  for (const char* name : {"mode", "status", "payment_status", "amount_subtotal", "amount_total",
                           "currency", "total_details", "allow_promotion_codes", "discounts",
                           "submit_type", "cancel_url", "expires_at", "livemode"}) {
    page[name] = session[name];
  }
  const bool free = session["amount_total"].integer() == 0 && session["mode"].text() != "setup" &&
                    session["payment_method_collection"].text() == "if_required";
  merge(page, Json::object({{"business_name", business_name},
                            {"email", email_of(world, session)},
                            {"line_items", line_shapes(world, id)},
                            {"now", world.now()},
                            {"payment_method_needed", !free},
                            {"promotion_code", promotion_code_of(world, session)},
                            {"success_url", success_url_of(session)},
                            {"trial", trial_of(world, id)},
                            {"waits_for", waits_for(world, session)}}));
  return page;
}

Outcome<Json> show(Call& call) {
  const auto session = find_object(call.world, "checkout.session", call.id());
  if (!session) return session;
  return page_shape(call.world, call.id());
}

Outcome<Json> page_after(const Call& call, const Outcome<Json>& session) {
  if (!session) return session;
  Json page = page_shape(call.world, call.id());
  // The event was made just now: who takes it is not known before this answer is out.
  if (page["status"].text() == "complete") page["waits_for"] = "webhooks";
  return page;
}

Outcome<Json> confirm(Call& call) {
  const auto session = find_object(call.world, "checkout.session", call.id());
  if (!session) return session;
  const Json& expected = call.parameters["expected_amount"];
  if (expected.is_integer() && expected != (*session)["amount_total"]) {
    return invalid("expected_amount", "checkout_amount_mismatch",
                   "The amount has changed since the page was shown.");
  }
  const Buyer buyer{.payment_method = call.parameters["payment_method"].text(),
                    .email = call.parameters["email"].text(),
                    .name = call.parameters["name"].text()};
  return page_after(call, pay_session(call.world, call.id(), buyer));
}

Outcome<Json> enter_code(Call& call) {
  const auto session = find_object(call.world, "checkout.session", call.id());
  if (!session) return session;
  const auto& code = call.parameters["promotion_code"].text();
  return page_after(call, enter_promotion_code(call.world, call.id(), code));
}

Outcome<Json> authenticate(Call& call) {
  const auto session = find_object(call.world, "checkout.session", call.id());
  if (!session) return session;
  const bool passed = call.parameters["outcome"].text() == "complete";
  return page_after(call, authenticate_session(call.world, call.id(), passed));
}

constexpr Operation operations[] = {
    {Verb::get, "/v1/payment_pages/{session}", {}, show, Access::publishable_key},
    {Verb::post, "/v1/payment_pages/{session}/confirm", confirm_parameters, confirm,
     Access::publishable_key},
    {Verb::post, "/v1/payment_pages/{session}/promotion_code", code_parameters, enter_code,
     Access::publishable_key},
    {Verb::post, "/v1/payment_pages/{session}/authenticate", authenticate_parameters, authenticate,
     Access::publishable_key},
};

}  // namespace

Operations payment_page_operations() { return operations; }

}  // namespace tollgate::simulator
