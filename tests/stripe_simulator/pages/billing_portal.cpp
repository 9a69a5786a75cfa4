// SPDX-License-Identifier: Apache-2.0
#include "stripe_simulator/pages/billing_portal.hpp"

#include "stripe_simulator/api/lists.hpp"

namespace tollgate::simulator {
namespace {

constexpr std::string_view kind = "billing_portal.session";
constexpr std::string_view configuration_kind = "billing_portal.configuration";

constexpr Parameter session_parameters[] = {
    {.path = "customer", .need = Need::required},
    {.path = "return_url"},
    {.path = "configuration"},
    {.path = "locale"},
    {.path = "flow_data.type",
     .choices = "payment_method_update|subscription_cancel|subscription_update"
                "|subscription_update_confirm|customer_update|subscription_pause"},
    {.path = "flow_data.subscription_cancel.subscription"},
    {.path = "flow_data.subscription_pause.subscription"},
    {.path = "flow_data.subscription_update.subscription"},
    {.path = "flow_data.subscription_update_confirm.subscription"},
    {.path = "flow_data.subscription_update_confirm.items[].id"},
    {.path = "flow_data.subscription_update_confirm.items[].price"},
    {.path = "flow_data.subscription_update_confirm.items[].quantity", .shape = Shape::integer},
    {.path = "flow_data.after_completion.type",
     .choices = "hosted_confirmation|portal_homepage|redirect"},
    {.path = "flow_data.after_completion.redirect.return_url"},
    {.path = "flow_data.after_completion.hosted_confirmation.custom_message"},
};
constexpr Parameter configuration_parameters[] = {
    {.path = "business_profile.headline"},
    {.path = "business_profile.privacy_policy_url"},
    {.path = "business_profile.terms_of_service_url"},
    {.path = "default_return_url"},
    {.path = "name"},
    {.path = "active", .shape = Shape::boolean},
    {.path = "metadata", .shape = Shape::metadata},
    {.path = "features.customer_update.enabled", .shape = Shape::boolean},
    {.path = "features.customer_update.allowed_updates", .shape = Shape::texts},
    {.path = "features.invoice_history.enabled", .shape = Shape::boolean},
    {.path = "features.payment_method_update.enabled", .shape = Shape::boolean},
    {.path = "features.subscription_cancel.enabled", .shape = Shape::boolean},
    {.path = "features.subscription_cancel.mode", .choices = "at_period_end|immediately"},
    {.path = "features.subscription_cancel.proration_behavior",
     .choices = "always_invoice|create_prorations|none"},
    {.path = "features.subscription_update.enabled", .shape = Shape::boolean},
    {.path = "features.subscription_update.default_allowed_updates", .shape = Shape::texts},
    {.path = "features.subscription_update.proration_behavior",
     .choices = "always_invoice|create_prorations|none"},
    {.path = "features.subscription_update.products[].product"},
    {.path = "features.subscription_update.products[].prices", .shape = Shape::texts},
};
constexpr Parameter configuration_filters[] = {{.path = "active", .shape = Shape::boolean},
                                               {.path = "is_default", .shape = Shape::boolean}};

Json features() {
  const auto enabled = [] { return Json::object({{"enabled", true}}); };
  Json all = Json::object({{"customer_update", enabled()},
                           {"invoice_history", enabled()},
                           {"payment_method_update", enabled()},
                           {"subscription_cancel", enabled()},
                           {"subscription_update", Json::object({{"enabled", false}})}});
  all["customer_update"]["allowed_updates"] = Json::array({"email", "address"});
  all["subscription_cancel"]["mode"] = "at_period_end";
  all["subscription_cancel"]["proration_behavior"] = "none";
  all["subscription_update"]["default_allowed_updates"] = Json::array();
  all["subscription_update"]["products"] = Json::array();
  all["subscription_update"]["proration_behavior"] = "none";
  return all;
}

std::string make_configuration(World& world, const Json& parameters, bool is_default) {
  const std::string id = world.make_id("bpc_1", 23);
  Json configuration =
      Json::object({{"id", id},
                    {"object", configuration_kind},
                    {"active", true},
                    {"application", nullptr},
                    {"business_profile", Json::object({{"headline", nullptr},
                                                       {"privacy_policy_url", nullptr},
                                                       {"terms_of_service_url", nullptr}})},
                    {"created", world.now()},
                    {"default_return_url", nullptr},
                    {"features", features()},
                    {"is_default", is_default},
                    {"livemode", false},
                    {"login_page", Json::object({{"enabled", false}, {"url", nullptr}})},
                    {"metadata", Json::object()},
                    {"name", nullptr},
                    {"updated", world.now()}});
  Json own = parameters;
  own.erase("expand");
  merge(configuration, own);
  world.create(std::move(configuration), "billing_portal.configuration.created");
  return id;
}

/// The account's own one, made when it is first needed.
std::string default_configuration(World& world) {
  for (const std::string& id : world.ids(configuration_kind)) {
    if (world.get(id)["is_default"].flag()) return id;
  }
  return make_configuration(world, Json::object(), true);
}

/// The flow as the session shows it: the member of its type, the others null.
Json flow_of(const Json& wanted) {
  if (wanted.is_null()) return {};
  Json flow = Json::object({{"type", wanted["type"]}});
  Json after = Json::object(
      {{"hosted_confirmation", nullptr}, {"redirect", nullptr}, {"type", "portal_homepage"}});
  merge(after, wanted["after_completion"].is_null() ? Json::object() : wanted["after_completion"]);
  flow["after_completion"] = after;
  for (const char* name : {"subscription_cancel", "subscription_pause", "subscription_update",
                           "subscription_update_confirm"}) {
    flow[name] = wanted[name];
  }
  return flow;
}

std::optional<ApiError> fault_of_flow(const World& world, const std::string& customer,
                                      const Json& flow) {
  if (flow.is_null()) return std::nullopt;
  const std::string& type = flow["type"].text();
  if (type.empty()) return missing_parameter("flow_data[type]");
  if (type.starts_with("subscription")) {
    const std::string param = "flow_data[" + type + "][subscription]";
    const std::string& id = flow[type]["subscription"].text();
    if (id.empty()) return missing_parameter(param);
    const Json* subscription = world.find("subscription", id);
    if (subscription == nullptr || (*subscription)["customer"].text() != customer) {
      return no_such("subscription", id, param);
    }
  }
  const Json& after = flow["after_completion"];
  if (after["type"].text() == "redirect" && after.at("redirect.return_url").is_null()) {
    return missing_parameter("flow_data[after_completion][redirect][return_url]");
  }
  return std::nullopt;
}

Outcome<Json> create_session(Call& call) {
  World& world = call.world;
  const Json& parameters = call.parameters;
  const std::string& customer = parameters["customer"].text();
  const auto owner = find_object(world, "customer", customer, "customer");
  if (!owner) return owner;
  if (const auto fault = fault_of_flow(world, customer, parameters["flow_data"])) return *fault;
  std::string configuration = parameters["configuration"].text();
  if (configuration.empty()) {
    configuration = default_configuration(world);
  } else {
    const auto found = find_object(world, configuration_kind, configuration, "configuration");
    if (!found) return found;
  }
  const Json& fallback = world.get(configuration)["default_return_url"];
  const std::string id = world.make_id("bps_1", 23);
  Json session = Json::object({{"id", id},
                               {"object", kind},
                               {"configuration", configuration},
                               {"created", world.now()},
                               {"customer", customer},
                               {"customer_account", nullptr},
                               {"flow", flow_of(parameters["flow_data"])},
                               {"livemode", false},
                               {"locale", parameters["locale"]},
                               {"on_behalf_of", nullptr},
                               {"return_url", fallback},
                               {"url", world.pages_url() + "/p/session/" + id}});
  if (!parameters["return_url"].is_null()) session["return_url"] = parameters["return_url"];
  return world.create(std::move(session), "billing_portal.session.created");
}

Outcome<Json> create_configuration(Call& call) {
  return call.world.get(make_configuration(call.world, call.parameters, false));
}

Outcome<Json> show_configuration(Call& call) {
  return find_object(call.world, configuration_kind, call.id());
}

Outcome<Json> update_configuration(Call& call) {
  const auto found = find_object(call.world, configuration_kind, call.id());
  if (!found) return found;
  Json changes = call.parameters;
  changes.erase("expand");
  return call.world.change(call.id(), "billing_portal.configuration.updated",
                           [&](Json& object) { merge(object, changes); });
}

Outcome<Json> list_configurations(Call& call) {
  constexpr Filter filters[] = {{"active", "active"}, {"is_default", "is_default"}};
  default_configuration(call.world);
  return list_objects(call, configuration_kind, "/v1/billing_portal/configurations", filters);
}

constexpr Operation operations[] = {
    {Verb::post, "/v1/billing_portal/sessions", session_parameters, create_session},
    {Verb::post, "/v1/billing_portal/configurations", configuration_parameters,
     create_configuration},
    {Verb::get, "/v1/billing_portal/configurations/{id}", {}, show_configuration},
    {Verb::post, "/v1/billing_portal/configurations/{id}", configuration_parameters,
     update_configuration},
    {Verb::list, "/v1/billing_portal/configurations", configuration_filters, list_configurations},
};

}  // namespace

Operations billing_portal_operations() { return operations; }

}  // namespace tollgate::simulator
