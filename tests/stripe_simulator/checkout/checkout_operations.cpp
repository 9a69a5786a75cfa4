// SPDX-License-Identifier: Apache-2.0
#include "stripe_simulator/checkout/checkout_operations.hpp"

#include "stripe_simulator/api/lists.hpp"
#include "stripe_simulator/checkout/checkout_discounts.hpp"
#include "stripe_simulator/checkout/checkout_sessions.hpp"
#include "stripe_simulator/checkout/checkout_shapes.hpp"
#include "stripe_simulator/payments/setup_intents.hpp"

namespace tollgate::simulator {
namespace {

constexpr std::string_view kind = "checkout.session";
constexpr std::int64_t hour_s = 3600;
// docs.stripe.com/api/checkout/sessions/create
constexpr std::int64_t expires_min_s = hour_s / 2;
constexpr std::int64_t trial_min_s = 48 * 3600;
constexpr std::int64_t expires_max_s = session_lifetime_s;
constexpr std::size_t line_items_max = 100;
constexpr std::size_t reference_characters_max = 200;

constexpr Parameter create_parameters[] = {
    {.path = "mode", .need = Need::required, .choices = "payment|subscription|setup"},
    {.path = "line_items[].price"},
    {.path = "line_items[].quantity", .shape = Shape::integer},
    {.path = "line_items[].adjustable_quantity.enabled", .shape = Shape::boolean},
    {.path = "line_items[].price_data.currency"},
    {.path = "line_items[].price_data.unit_amount", .shape = Shape::integer},
    {.path = "line_items[].price_data.product"},
    {.path = "line_items[].price_data.product_data.name"},
    {.path = "line_items[].price_data.product_data.description"},
    {.path = "line_items[].price_data.product_data.images", .shape = Shape::texts},
    {.path = "line_items[].price_data.product_data.metadata", .shape = Shape::metadata},
    {.path = "line_items[].price_data.recurring.interval", .choices = "day|week|month|year"},
    {.path = "line_items[].price_data.recurring.interval_count", .shape = Shape::integer},
    {.path = "customer"},
    {.path = "customer_email"},
    {.path = "customer_creation", .choices = "always|if_required"},
    {.path = "customer_update.address", .choices = "auto|never"},
    {.path = "customer_update.name", .choices = "auto|never"},
    {.path = "client_reference_id"},
    {.path = "metadata", .shape = Shape::metadata},
    {.path = "subscription_data.metadata", .shape = Shape::metadata},
    {.path = "subscription_data.description"},
    {.path = "subscription_data.trial_period_days", .shape = Shape::integer},
    {.path = "subscription_data.trial_end", .shape = Shape::integer},
    {.path = "subscription_data.trial_settings.end_behavior.missing_payment_method",
     .choices = "cancel|create_invoice|pause"},
    {.path = "subscription_data.billing_mode.type", .choices = "classic|flexible"},
    {.path = "payment_intent_data.metadata", .shape = Shape::metadata},
    {.path = "payment_intent_data.description"},
    {.path = "payment_intent_data.receipt_email"},
    {.path = "payment_intent_data.setup_future_usage", .choices = "off_session|on_session"},
    {.path = "payment_intent_data.shipping.name"},
    {.path = "payment_intent_data.shipping.phone"},
    {.path = "payment_intent_data.shipping.address.line1"},
    {.path = "payment_intent_data.shipping.address.line2"},
    {.path = "payment_intent_data.shipping.address.city"},
    {.path = "payment_intent_data.shipping.address.state"},
    {.path = "payment_intent_data.shipping.address.postal_code"},
    {.path = "payment_intent_data.shipping.address.country"},
    {.path = "payment_method_collection", .choices = "always|if_required"},
    {.path = "allowed_payment_method_types", .shape = Shape::texts},
    {.path = "excluded_payment_method_types", .shape = Shape::texts},
    {.path = "currency"},
    {.path = "discounts[].coupon"},
    {.path = "discounts[].promotion_code"},
    {.path = "invoice_creation.enabled", .shape = Shape::boolean},
    {.path = "setup_intent_data.metadata", .shape = Shape::metadata},
    {.path = "setup_intent_data.description"},
    {.path = "phone_number_collection.enabled", .shape = Shape::boolean},
    {.path = "allow_promotion_codes", .shape = Shape::boolean},
    {.path = "billing_address_collection", .choices = "auto|required"},
    {.path = "automatic_tax.enabled", .shape = Shape::boolean},
    {.path = "tax_id_collection.enabled", .shape = Shape::boolean},
    {.path = "consent_collection.terms_of_service", .choices = "none|required"},
    {.path = "after_expiration.recovery.enabled", .shape = Shape::boolean},
    {.path = "expires_at", .shape = Shape::integer},
    {.path = "success_url"},
    {.path = "cancel_url"},
    {.path = "locale"},
    {.path = "submit_type", .choices = "auto|book|donate|pay|subscribe"},
    {.path = "ui_mode", .choices = "hosted_page"},
};
constexpr Parameter update_parameters[] = {{.path = "metadata", .shape = Shape::metadata}};
constexpr Parameter list_filters[] = {
    {.path = "customer"},
    {.path = "payment_intent"},
    {.path = "subscription"},
    {.path = "status", .choices = "open|complete|expired"},
    {.path = "customer_details.email"},
};

std::optional<ApiError> conflict_of(const World& world, const Json& parameters) {
  const std::string& mode = parameters["mode"].text();
  const std::string customer = parameters["customer"].text();
  if (parameters["success_url"].is_null()) return missing_parameter("success_url");
  if (parameters["line_items"].items().empty() && mode != "setup") {
    return missing_parameter("line_items");
  }
  if (parameters["line_items"].items().size() > line_items_max) {
    return invalid("line_items", {}, "A session can have up to 100 line items.");
  }
  if (!customer.empty() && !parameters["customer_email"].is_null()) {
    return invalid("customer", {},
                   "You may only specify one of these parameters: customer, "
                   "customer_email.");
  }
  if (!customer.empty() && world.find("customer", customer) == nullptr) {
    return no_such("customer", customer, "customer");
  }
  if (!parameters["customer_update"].is_null() && customer.empty()) {
    return invalid("customer_update", {}, "`customer_update` can only be used with `customer`.");
  }
  if (!parameters["customer_creation"].is_null() && mode == "subscription") {
    return invalid("customer_creation", {},
                   "`customer_creation` can only be used in `payment` and "
                   "`setup` mode.");
  }
  for (const auto& [name, wanted] :
       {std::pair{"subscription_data", "subscription"}, std::pair{"payment_intent_data", "payment"},
        std::pair{"invoice_creation", "payment"}, std::pair{"setup_intent_data", "setup"}}) {
    if (!parameters[name].is_null() && mode != wanted) {
      return invalid(name, {},
                     "You can not pass `" + std::string{name} + "` in `" + mode + "` mode.");
    }
  }
  if (parameters["client_reference_id"].text().size() > reference_characters_max) {
    return invalid("client_reference_id", {}, "Invalid string: at most 200 characters.");
  }
  const Json& trial_end = parameters.at("subscription_data.trial_end");
  if (trial_end.is_integer() && trial_end.integer() < world.now() + trial_min_s) {
    return invalid("subscription_data[trial_end]", {},
                   "The `trial_end` date has to be at least 2 days in the future.");
  }
  const std::int64_t expires = parameters["expires_at"].integer(world.now() + expires_max_s);
  if (expires < world.now() + expires_min_s || expires > world.now() + expires_max_s) {
    return invalid("expires_at", {},
                   "The `expires_at` timestamp must be at least 30 minutes and "
                   "at most 24 hours from Checkout Session creation.");
  }
  return std::nullopt;
}

/// At most one, and not beside the buyer's own promotion codes.
Outcome<std::vector<DiscountOrder>> discounts_of(const World& world, const Json& parameters,
                                                 const Json& items) {
  const Json& wanted = parameters["discounts"];
  if (wanted.items().size() > 1) {
    return invalid("discounts", {}, "A session can have one discount.");
  }
  if (!wanted.items().empty() && !parameters["allow_promotion_codes"].is_null()) {
    return invalid("allow_promotion_codes", {},
                   "You may only specify one of these parameters: allow_promotion_codes, "
                   "discounts.");
  }
  std::int64_t amount = 0;
  for (const Json& item : items.items()) amount += item["amount_subtotal"].integer();
  return read_discounts(world, wanted, parameters["customer"].text(), amount);
}

/// The card of a session in setup mode is kept by an intent that is there from the beginning.
void prepare_setup(World& world, const std::string& id, const Json& parameters) {
  SetupOrder order;
  order.customer = parameters["customer"].text();
  order.description = parameters.at("setup_intent_data.description").text();
  const Json& metadata = parameters.at("setup_intent_data.metadata");
  if (metadata.is_object()) order.metadata = metadata;
  const std::string intent = create_setup(world, order);
  world.change(id, {}, [&](Json& object) { object["setup_intent"] = intent; });
}

Outcome<Json> create(Call& call) {
  World& world = call.world;
  if (const auto conflict = conflict_of(world, call.parameters)) return *conflict;
  const auto items = line_item_shapes(world, call.parameters);
  if (!items) return items;
  const auto discounts = discounts_of(world, call.parameters, *items);
  if (!discounts) return discounts.error();
  const std::string id =
      world.create(session_shape(world, call.parameters, *items), {})["id"].text();
  world.note(id, "line_items", *items);
  Json order = Json::object();
  for (const char* name : {"subscription_data", "payment_intent_data", "invoice_creation",
                           "customer_update", "excluded_payment_method_types"}) {
    order[name] = call.parameters[name];
  }
  world.note(id, "order", order);
  if (!discounts->empty()) discount_session(world, id, *discounts);
  if (call.parameters["mode"].text() == "setup") prepare_setup(world, id, call.parameters);
  world.schedule({world.get(id)["expires_at"].integer(), "expire_session", id});
  return world.get(id);
}

Outcome<Json> show(Call& call) { return find_object(call.world, kind, call.id()); }

Outcome<Json> update(Call& call) {
  const auto session = find_object(call.world, kind, call.id());
  if (!session) return session;
  Json changes = call.parameters;
  changes.erase("expand");
  return call.world.change(call.id(), {}, [&](Json& object) { merge(object, changes); });
}

Outcome<Json> expire(Call& call) {
  const auto session = find_object(call.world, kind, call.id());
  if (!session) return session;
  if (expire_session(call.world, call.id())) return call.world.get(call.id());
  return invalid({}, {},
                 "Only Checkout Sessions with a status in [\"open\"] can be expired. This "
                 "Checkout Session has a status of " +
                     (*session)["status"].text() + ".");
}

Outcome<Json> show_line_items(Call& call) {
  const auto session = find_object(call.world, kind, call.id());
  if (!session) return session;
  return list_page(call, "/v1/checkout/sessions/" + call.id() + "/line_items",
                   line_items_of_session(call.world, call.id()).items());
}

Outcome<Json> list(Call& call) {
  constexpr Filter filters[] = {{"customer", "customer"},
                                {"payment_intent", "payment_intent"},
                                {"subscription", "subscription"},
                                {"status", "status"},
                                {"customer_details.email", "customer_details.email"}};
  return list_objects(call, kind, "/v1/checkout/sessions", filters);
}

constexpr Operation operations[] = {
    {Verb::post, "/v1/checkout/sessions", create_parameters, create},
    {Verb::get, "/v1/checkout/sessions/{id}", {}, show},
    {Verb::post, "/v1/checkout/sessions/{id}", update_parameters, update},
    {Verb::post, "/v1/checkout/sessions/{id}/expire", {}, expire},
    {Verb::list, "/v1/checkout/sessions/{id}/line_items", {}, show_line_items},
    {Verb::list, "/v1/checkout/sessions", list_filters, list},
};

}  // namespace

Operations checkout_operations() { return operations; }

}  // namespace tollgate::simulator
