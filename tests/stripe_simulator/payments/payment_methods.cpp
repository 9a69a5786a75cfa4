// SPDX-License-Identifier: Apache-2.0
#include "stripe_simulator/payments/payment_methods.hpp"

#include "base/clock.hpp"
#include "stripe_simulator/api/lists.hpp"

namespace tollgate::simulator {
namespace {

constexpr std::string_view kind = "payment_method";
constexpr int expiry_years_max = 50;

/// The row behind an object: the token is kept in its notes.
const TestMethod& method_of(const World& world, std::string_view id) {
  static constexpr TestMethod unremarkable{"pm_card_visa", "4242424242424242", "visa"};
  const TestMethod* method = find_test_method(world.notes(id)["token"].text());
  return method == nullptr ? unremarkable : *method;
}

Json details_of(const TestMethod& method) {
  const std::string_view last4 = method.number.substr(method.number.size() - 4);
  if (method.brand == "us_bank_account") {
    return Json::object({{"account_holder_type", "individual"},
                         {"account_type", "checking"},
                         {"bank_name", "STRIPE TEST BANK"},
                         {"last4", last4},
                         {"routing_number", "110000000"}});
  }
  return Json::object({{"brand", method.brand},
                       {"checks", Json::object({{"address_line1_check", nullptr},
                                                {"address_postal_code_check", nullptr},
                                                {"cvc_check", "pass"}})},
                       {"country", "US"},
                       {"exp_month", 12},
                       {"exp_year", 2034},
                       {"fingerprint", "Fp" + std::string{method.number.substr(0, 14)}},
                       {"funding", "credit"},
                       {"last4", last4},
                       {"networks", Json::object({{"available", Json::array({method.brand})},
                                                  {"preferred", nullptr}})},
                       {"wallet", nullptr}});
}

std::string create_method(World& world, const TestMethod& method, Json billing_details) {
  const bool is_bank = method.brand == "us_bank_account";
  const std::string_view type = is_bank ? "us_bank_account" : "card";
  const std::string id = world.make_id("pm_1", 23);
  Json details = Json::object(
      {{"address", nullptr}, {"email", nullptr}, {"name", nullptr}, {"phone", nullptr}});
  merge(details, billing_details);
  world.create(Json::object({{"id", id},
                             {"object", kind},
                             {"allow_redisplay", "unspecified"},
                             {"billing_details", details},
                             {"created", world.now()},
                             {"customer", nullptr},
                             {"customer_account", nullptr},
                             {"livemode", false},
                             {"metadata", Json::object()},
                             {"type", type},
                             {type.data(), details_of(method)}}),
               {});
  world.note(id, "token", method.token);
  return id;
}

constexpr Parameter create_parameters[] = {
    {.path = "type", .need = Need::required, .choices = "card|us_bank_account"},
    {.path = "card.number"},
    {.path = "card.token"},
    {.path = "card.exp_month", .shape = Shape::integer},
    {.path = "card.exp_year", .shape = Shape::integer},
    {.path = "card.cvc"},
    {.path = "us_bank_account.account_holder_type", .choices = "individual|company"},
    {.path = "us_bank_account.account_type", .choices = "checking|savings"},
    {.path = "us_bank_account.account_number"},
    {.path = "us_bank_account.routing_number"},
    {.path = "billing_details.name"},
    {.path = "billing_details.email"},
    {.path = "billing_details.phone"},
    {.path = "billing_details.address.line1"},
    {.path = "billing_details.address.line2"},
    {.path = "billing_details.address.city"},
    {.path = "billing_details.address.state"},
    {.path = "billing_details.address.postal_code"},
    {.path = "billing_details.address.country"},
    {.path = "metadata", .shape = Shape::metadata},
};
constexpr Parameter update_parameters[] = {
    {.path = "billing_details.name"},
    {.path = "billing_details.email"},
    {.path = "billing_details.phone"},
    {.path = "metadata", .shape = Shape::metadata},
};
constexpr Parameter attach_parameters[] = {{.path = "customer", .need = Need::required}};
constexpr Parameter list_filters[] = {{.path = "customer"}, {.path = "type"}};

/// Of the card's number, its token, or the account's number; else why there is none.
Outcome<const TestMethod*> wanted_method(const Json& parameters) {
  if (parameters["type"].text() == "us_bank_account") {
    const std::string& account = parameters.at("us_bank_account.account_number").text();
    const TestMethod* method = find_test_number(account);
    if (method != nullptr && method->brand == "us_bank_account") return method;
    return invalid("us_bank_account[account_number]", "account_number_invalid",
                   "The bank account number is incorrect.");
  }
  const Json& token = parameters.at("card.token");
  const TestMethod* method = token.is_null() ? find_test_number(parameters.at("card.number").text())
                                             : find_test_method(token.text());
  if (method != nullptr && method->brand != "us_bank_account") return method;
  if (!token.is_null()) return no_such("token", token.text(), "card[token]");
  ApiError error = card_error("incorrect_number", {});
  error.param = "number";
  return error;
}

/// Stripe takes years of two digits too.
std::int64_t full_year(std::int64_t year) { return year < 100 ? 2000 + year : year; }

/// 402 for a date that is over or none; a card made of a token has its own.
std::optional<ApiError> fault_of_expiry(const World& world, const Json& card) {
  if (!card["exp_month"].is_integer() && !card["exp_year"].is_integer()) return std::nullopt;
  const std::int64_t month = card["exp_month"].integer();
  const std::int64_t year = full_year(card["exp_year"].integer());
  const std::chrono::year_month_day today{
      std::chrono::floor<std::chrono::days>(from_unix_seconds(world.now()))};
  const int this_year{today.year()};
  const bool month_is_over = year == this_year && month < static_cast<unsigned>(today.month());
  std::string_view at_fault;
  if (year < this_year || month_is_over || year > this_year + expiry_years_max) at_fault = "year";
  if (month < 1 || month > 12) at_fault = "month";
  if (at_fault.empty()) return std::nullopt;
  ApiError error = card_error("invalid_expiry_" + std::string{at_fault}, {});
  error.param = "exp_" + std::string{at_fault};
  return error;
}

ApiError used_up() {
  return invalid("payment_method", "payment_method_unexpected_state",
                 "This PaymentMethod was previously used without being attached to a Customer or "
                 "was detached from a Customer, and may not be used again.");
}

Outcome<Json> create(Call& call) {
  const auto method = wanted_method(call.parameters);
  if (!method) return method.error();
  const Json& card = call.parameters["card"];
  if (auto fault = fault_of_expiry(call.world, card)) return *fault;
  const std::string id = create_method(call.world, **method, call.parameters["billing_details"]);
  return call.world.change(id, {}, [&](Json& object) {
    merge(object, Json::object({{"metadata", call.parameters["metadata"]}}));
    if (!card["exp_year"].is_integer()) return;
    object["card"]["exp_month"] = card["exp_month"];
    object["card"]["exp_year"] = full_year(card["exp_year"].integer());
  });
}

Outcome<Json> update(Call& call) {
  const auto method = find_object(call.world, kind, call.id());
  if (!method) return method;
  Json changes = call.parameters;
  changes.erase("expand");
  return call.world.change(call.id(), "payment_method.updated",
                           [&](Json& object) { merge(object, changes); });
}

Outcome<Json> show(Call& call) {
  return find_object(call.world, kind, resolve_payment_method(call.world, call.id()));
}

Outcome<Json> attach(Call& call) {
  const std::string& customer = call.parameters["customer"].text();
  const auto owner = find_object(call.world, "customer", customer, "customer");
  if (!owner) return owner;
  if (find_test_method(call.id()) == nullptr) {
    const auto method = find_object(call.world, kind, call.id());
    if (!method) return method;
  }
  if (auto refusal = refusal_to_attach(call.world, call.id(), customer)) return *refusal;
  return call.world.get(attach_payment_method(call.world, call.id(), customer));
}

Outcome<Json> detach(Call& call) {
  const auto method = find_object(call.world, kind, call.id());
  if (!method) return method;
  if ((*method)["customer"].is_null()) {
    return invalid({}, {},
                   "The payment method you provided is not attached to a customer so "
                   "detachment is impossible.");
  }
  call.world.note(call.id(), "used_up", true);
  return call.world.change(call.id(), "payment_method.detached",
                           [](Json& object) { object["customer"] = nullptr; });
}

Outcome<Json> list(Call& call) {
  constexpr Filter filters[] = {{"customer", "customer"}, {"type", "type"}};
  return list_objects(call, kind, "/v1/payment_methods", filters);
}

constexpr Operation operations[] = {
    {Verb::post, "/v1/payment_methods", create_parameters, create, Access::publishable_key},
    {Verb::get, "/v1/payment_methods/{id}", {}, show},
    {Verb::post, "/v1/payment_methods/{id}", update_parameters, update},
    {Verb::post, "/v1/payment_methods/{id}/attach", attach_parameters, attach},
    {Verb::post, "/v1/payment_methods/{id}/detach", {}, detach},
    {Verb::list, "/v1/payment_methods", list_filters, list},
};

}  // namespace

Operations payment_method_operations() { return operations; }

std::string resolve_payment_method(World& world, std::string_view id_or_token) {
  const TestMethod* method = find_test_method(id_or_token);
  if (method == nullptr) return std::string{id_or_token};
  return create_method(world, *method, Json::object());
}

Behaviour behaviour_of(const World& world, std::string_view payment_method) {
  const Behaviour behaviour = method_of(world, payment_method).behaviour;
  if (behaviour != Behaviour::needs_authentication_once) return behaviour;
  const bool passed = world.notes(payment_method)["was_authenticated"].flag();
  return passed ? Behaviour::succeeds : behaviour;
}

std::optional<ApiError> decline_of_method(const World& world, std::string_view payment_method) {
  const TestMethod& method = method_of(world, payment_method);
  if (method.behaviour != Behaviour::declines && method.decline_code.empty()) return std::nullopt;
  return card_error(method.code, method.decline_code);
}

void note_authentication(World& world, const std::string& payment_method) {
  if (world.find(kind, payment_method) == nullptr) return;
  world.note(payment_method, "was_authenticated", true);
}

void authenticate_ahead(World& world, const std::string& payment_method) {
  note_authentication(world, payment_method);
  world.note(payment_method, "is_authenticated", true);
}

bool take_authentication(World& world, const std::string& payment_method) {
  if (!world.notes(payment_method)["is_authenticated"].flag()) return false;
  world.note(payment_method, "is_authenticated", nullptr);
  return true;
}

std::optional<ApiError> refusal_to_attach(const World& world, std::string_view id_or_token,
                                          std::string_view customer) {
  if (const TestMethod* method = find_test_method(id_or_token)) {
    if (method->attaches) return std::nullopt;
    return card_error(method->code, method->decline_code);
  }
  const Json* method = world.find(kind, id_or_token);
  if (method == nullptr) return no_such("PaymentMethod", id_or_token, "payment_method");
  const std::string& owner = (*method)["customer"].text();
  if (owner == customer) return std::nullopt;
  if (!owner.empty()) {
    return invalid("payment_method", "payment_method_unexpected_state",
                   "The payment method you provided has already been attached to a customer.");
  }
  if (world.notes(id_or_token)["used_up"].flag()) return used_up();
  const TestMethod& row = method_of(world, id_or_token);
  if (row.attaches) return std::nullopt;
  return card_error(row.code, row.decline_code);
}

std::optional<ApiError> refusal_to_use(const World& world, std::string_view id_or_token,
                                       std::string_view customer) {
  if (find_test_method(id_or_token) != nullptr) return std::nullopt;
  const Json* method = world.find(kind, id_or_token);
  if (method == nullptr) return no_such("PaymentMethod", id_or_token, "payment_method");
  const std::string& owner = (*method)["customer"].text();
  if (!owner.empty() && owner != customer) {
    return invalid("payment_method", {},
                   "The provided PaymentMethod is attached to a customer: the request must name "
                   "that customer.");
  }
  if (owner.empty() && world.notes(id_or_token)["used_up"].flag()) return used_up();
  return std::nullopt;
}

std::optional<ApiError> refusal_of_types(const Json& parameters) {
  if (!parameters.has("payment_method_types")) return std::nullopt;
  return invalid("payment_method_types", "payment_method_types_no_longer_supported",
                 "`payment_method_types` is no longer supported: use "
                 "`allowed_payment_method_types` or `excluded_payment_method_types`.");
}

std::string attach_payment_method(World& world, std::string_view id_or_token,
                                  std::string_view customer) {
  const std::string id = resolve_payment_method(world, id_or_token);
  if (world.get(id)["customer"].text() == customer) return id;
  world.change(id, {}, [&](Json& object) { object["customer"] = customer; });
  world.announce(id, "payment_method.attached");
  return id;
}

}  // namespace tollgate::simulator
