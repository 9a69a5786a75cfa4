// SPDX-License-Identifier: Apache-2.0
#include "payment_methods.hpp"

#include <algorithm>

#include "lists.hpp"

namespace tollgate::simulator {
namespace {

constexpr std::string_view kind = "payment_method";

/// docs.stripe.com/testing: the tokens, the numbers behind them, and what they do.
struct TestMethod {
  std::string_view token;
  std::string_view number;
  std::string_view brand;
  Behaviour behaviour = Behaviour::succeeds;
  std::string_view decline_code{};
  bool attaches = true;
};

constexpr TestMethod test_methods[] = {
    {"pm_card_visa", "4242424242424242", "visa"},
    {"pm_card_visa_debit", "4000056655665556", "visa"},
    {"pm_card_mastercard", "5555555555554444", "mastercard"},
    {"pm_card_amex", "378282246310005", "amex"},
    {"pm_card_chargeDeclined", "4000000000000002", "visa", Behaviour::declines, "generic_decline",
     false},
    {"pm_card_visa_chargeDeclined", "4000000000000002", "visa", Behaviour::declines,
     "generic_decline", false},
    {"pm_card_chargeDeclinedInsufficientFunds", "4000000000009995", "visa", Behaviour::declines,
     "insufficient_funds", false},
    {"pm_card_visa_chargeDeclinedInsufficientFunds", "4000000000009995", "visa",
     Behaviour::declines, "insufficient_funds", false},
    {"pm_card_chargeCustomerFail", "4000000000000341", "visa", Behaviour::declines,
     "generic_decline"},
    {"pm_card_authenticationRequired", "4000002500003155", "visa", Behaviour::needs_authentication},
    {"pm_usBankAccount_success", "000123456789", "us_bank_account", Behaviour::settles},
    {"pm_usBankAccount_insufficientFunds", "000222222227", "us_bank_account",
     Behaviour::fails_to_settle},
};

const TestMethod* test_method(std::string_view token) {
  const auto* const found =
      std::find_if(std::begin(test_methods), std::end(test_methods),
                   [&](const TestMethod& method) { return method.token == token; });
  return found == std::end(test_methods) ? nullptr : found;
}

/// The row behind an object: the token is kept in its notes.
const TestMethod& method_of(const World& world, std::string_view id) {
  const TestMethod* method = test_method(world.notes(id)["token"].text());
  return method == nullptr ? test_methods[0] : *method;
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
    {.path = "billing_details.name"},
    {.path = "billing_details.email"},
    {.path = "billing_details.phone"},
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

Outcome<Json> create(Call& call) {
  const std::string& number = call.parameters.at("card.number").text();
  const auto* const method =
      std::find_if(std::begin(test_methods), std::end(test_methods),
                   [&](const TestMethod& row) { return row.number == number; });
  if (method == std::end(test_methods)) {
    return invalid("card[number]", "incorrect_number", "Your card number is incorrect.");
  }
  const std::string id = create_method(call.world, *method, call.parameters["billing_details"]);
  return call.world.change(id, {}, [&](Json& object) {
    merge(object, Json::object({{"metadata", call.parameters["metadata"]}}));
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
    {Verb::post, "/v1/payment_methods", create_parameters, create},
    {Verb::get, "/v1/payment_methods/{id}", {}, show},
    {Verb::post, "/v1/payment_methods/{id}", update_parameters, update},
    {Verb::post, "/v1/payment_methods/{id}/attach", attach_parameters, attach},
    {Verb::post, "/v1/payment_methods/{id}/detach", {}, detach},
    {Verb::list, "/v1/payment_methods", list_filters, list},
};

}  // namespace

Operations payment_method_operations() { return operations; }

std::string resolve_payment_method(World& world, std::string_view id_or_token) {
  const TestMethod* method = test_method(id_or_token);
  if (method == nullptr) return std::string{id_or_token};
  return create_method(world, *method, Json::object());
}

Behaviour behaviour_of(const World& world, std::string_view payment_method) {
  return method_of(world, payment_method).behaviour;
}

std::string decline_code_of(const World& world, std::string_view payment_method) {
  return std::string{method_of(world, payment_method).decline_code};
}

std::optional<ApiError> refusal_to_attach(const World& world, std::string_view id_or_token,
                                          std::string_view customer) {
  if (const TestMethod* method = test_method(id_or_token)) {
    if (method->attaches) return std::nullopt;
    return card_error("card_declined", method->decline_code);
  }
  const Json* method = world.find(kind, id_or_token);
  if (method == nullptr) return no_such("PaymentMethod", id_or_token, "payment_method");
  const std::string& owner = (*method)["customer"].text();
  if (owner == customer) return std::nullopt;
  if (!owner.empty()) {
    return invalid("payment_method", "payment_method_unexpected_state",
                   "The payment method you provided has already been attached to a customer.");
  }
  if (world.notes(id_or_token)["used_up"].flag()) {
    return invalid("payment_method", "payment_method_unexpected_state",
                   "This PaymentMethod was previously used without being attached to a Customer or "
                   "was detached from a Customer, and may not be used again.");
  }
  const TestMethod& row = method_of(world, id_or_token);
  if (row.attaches) return std::nullopt;
  return card_error("card_declined", row.decline_code);
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
