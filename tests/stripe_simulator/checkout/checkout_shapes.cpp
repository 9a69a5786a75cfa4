// SPDX-License-Identifier: Apache-2.0
#include "stripe_simulator/checkout/checkout_shapes.hpp"

#include "stripe_simulator/shop/prices.hpp"

namespace tollgate::simulator {
namespace {

Outcome<Json> line_item(World& world, const Json& wanted, const std::string& name) {
  std::string price = wanted["price"].text();
  if (price.empty()) {
    if (wanted["price_data"].is_null()) return missing_parameter(name + "[price]");
    const auto made = create_price_inline(world, wanted["price_data"], name + "[price_data]");
    if (!made) return made.error();
    price = *made;
  }
  const Json* object = world.find("price", price);
  if (object == nullptr) return no_such("price", price, name + "[price]");
  if (!wanted["price"].is_null() && !(*object)["active"].flag()) {
    return invalid(name + "[price]", {},
                   "The price specified is inactive. This field only accepts active prices.");
  }
  if (wanted["quantity"].is_null()) {
    return invalid(name, {}, "Quantity is required. Add `quantity` to `" + name + "`");
  }
  const std::int64_t quantity = wanted["quantity"].integer();
  if (quantity < 1) {
    return invalid(name + "[quantity]", "parameter_invalid_integer",
                   "This value must be greater than or equal to 1.");
  }
  const Json found = *object;
  const std::int64_t amount = found["unit_amount"].integer() * quantity;
  const Json* product = world.find("product", found["product"].text());
  return Json::object({{"id", world.make_id("li_1", 23)},
                       {"object", "item"},
                       {"amount_discount", 0},
                       {"amount_subtotal", amount},
                       {"amount_tax", 0},
                       {"amount_total", amount},
                       {"currency", found["currency"]},
                       {"description", product == nullptr ? Json{} : (*product)["name"]},
                       {"metadata", Json::object()},
                       {"price", found},
                       {"quantity", quantity}});
}

/// A trial's recurring prices cost nothing today.
std::int64_t due_today(const Json& parameters, const Json& items) {
  const Json& data = parameters["subscription_data"];
  const bool trial = data["trial_period_days"].integer() > 0 || data["trial_end"].is_integer();
  std::int64_t total = 0;
  for (const Json& item : items.items()) {
    if (trial && item.at("price.type").text() == "recurring") continue;
    total += item["amount_total"].integer();
  }
  return total;
}

/// What the request names; else the card, which is what Stripe's choice comes to here unless the
/// buyer asks for a bank debit.
Json method_types(const Json& parameters) {
  const Json& allowed = parameters["allowed_payment_method_types"];
  if (!allowed.items().empty()) return allowed;
  Json types = Json::array({"card"});
  for (const Json& type : parameters["excluded_payment_method_types"].items()) {
    std::erase(types.items(), type);
  }
  return types;
}

/// Those that never change here.
void add_constants(Json& session) {
  for (const char* name :
       {"currency_conversion", "integration_identifier", "invoice_creation", "managed_payments",
        "origin_context", "payment_method_configuration_details", "payment_method_options",
        "permissions", "saved_payment_method_options", "shipping_address_collection",
        "wallet_options"}) {
    session[name] = nullptr;
  }
  session["adaptive_pricing"] = Json::object({{"enabled", false}});
  session["automatic_tax"] = Json::object(
      {{"enabled", false}, {"liability", nullptr}, {"provider", nullptr}, {"status", nullptr}});
  session["custom_fields"] = Json::array();
  session["custom_text"] = Json::object({{"after_submit", nullptr},
                                         {"shipping_address", nullptr},
                                         {"submit", nullptr},
                                         {"terms_of_service_acceptance", nullptr}});
  session["discounts"] = Json::array();
  session["livemode"] = false;
  session["shipping_options"] = Json::array();
  session["total_details"] =
      Json::object({{"amount_discount", 0}, {"amount_shipping", 0}, {"amount_tax", 0}});
  session["ui_mode"] = "hosted_page";
}

/// Those that are as the call says, or null.
void add_asked(Json& session, const Json& parameters) {
  for (const char* name : {"after_expiration",
                           "allow_promotion_codes",
                           "allowed_payment_method_types",
                           "billing_address_collection",
                           "cancel_url",
                           "client_reference_id",
                           "client_secret",
                           "collected_information",
                           "consent",
                           "consent_collection",
                           "customer",
                           "customer_account",
                           "customer_creation",
                           "customer_details",
                           "customer_email",
                           "invoice",
                           "locale",
                           "payment_intent",
                           "payment_link",
                           "recovered_from",
                           "setup_intent",
                           "shipping_cost",
                           "submit_type",
                           "subscription",
                           "success_url"}) {
    session[name] = parameters[name];
  }
}

}  // namespace

Outcome<Json> line_item_shapes(World& world, const Json& parameters) {
  Json items = Json::array();
  bool recurring = false;
  const std::string& mode = parameters["mode"].text();
  for (std::size_t i = 0; i < parameters["line_items"].items().size(); ++i) {
    auto item = line_item(world, parameters["line_items"].items()[i],
                          "line_items[" + std::to_string(i) + "]");
    if (!item) return item;
    recurring = recurring || item->at("price.type").text() == "recurring";
    items.items().push_back(std::move(*item));
  }
  if (mode == "payment" && recurring) {
    return invalid("line_items", {},
                   "You specified `payment` mode but passed a recurring price. "
                   "Either switch to `subscription` mode or use only one-time "
                   "prices.");
  }
  if (mode == "subscription" && !recurring) {
    return invalid("line_items", {},
                   "You must provide at least one recurring price in "
                   "`subscription` mode when using prices.");
  }
  return items;
}

Json session_shape(World& world, const Json& parameters, const Json& items) {
  const std::string id = world.make_id("cs_test_a1", 56);
  const std::int64_t total = due_today(parameters, items);
  const std::string& mode = parameters["mode"].text();
  const Json& collection = parameters["payment_method_collection"];
  Json session = Json::object({{"id", id}, {"object", "checkout.session"}});
  add_constants(session);
  add_asked(session, parameters);
  merge(session,
        Json::object(
            {{"amount_subtotal", total},
             {"amount_total", total},
             {"created", world.now()},
             {"currency", items.items().empty() ? Json{} : items.items()[0]["currency"]},
             {"expires_at", parameters["expires_at"].integer(world.now() + session_lifetime_s)},
             {"mode", mode},
             {"payment_method_collection", collection.is_null() ? Json{"always"} : collection},
             {"payment_method_types", method_types(parameters)},
             {"payment_status", total == 0 ? "no_payment_required" : "unpaid"},
             {"phone_number_collection",
              Json::object({{"enabled", parameters.at("phone_number_collection.enabled").flag()}})},
             {"status", "open"},
             {"url", world.pages_url() + "/c/pay/" + id}}));
  if (mode == "setup") {
    session["amount_subtotal"] = nullptr;
    session["amount_total"] = nullptr;
    session["currency"] = parameters["currency"];
  }
  if (mode == "payment") {
    session["invoice_creation"] =
        Json::object({{"enabled", parameters.at("invoice_creation.enabled").flag()},
                      {"invoice_data", Json::object()}});
  }
  session["metadata"] = Json::object();
  merge(session, Json::object({{"metadata", parameters["metadata"]}}));
  return session;
}

}  // namespace tollgate::simulator
