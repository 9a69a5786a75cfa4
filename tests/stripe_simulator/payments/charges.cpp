// SPDX-License-Identifier: Apache-2.0
#include "stripe_simulator/payments/charges.hpp"

#include "stripe_simulator/api/lists.hpp"

namespace tollgate::simulator {
namespace {

constexpr std::string_view kind = "charge";
constexpr Parameter list_filters[] = {{.path = "customer"}, {.path = "payment_intent"}};

Json outcome_of(std::string_view status, const std::string& decline_code) {
  const bool failed = status == "failed";
  return Json::object(
      {{"network_status", failed ? "declined_by_network" : "approved_by_network"},
       {"reason", decline_code.empty() ? Json{} : Json{decline_code}},
       {"risk_level", "normal"},
       {"seller_message", failed ? "The bank did not return any further details with this decline."
                                 : "Payment complete."},
       {"type", failed ? "issuer_declined" : "authorized"}});
}

Json method_details(const World& world, const std::string& method) {
  const Json* object = world.find("payment_method", method);
  if (object == nullptr) return {};
  const std::string type = (*object)["type"].text();
  Json details = (*object)[type];
  if (type == "card") {
    details["network"] = details["brand"];
    details.erase("networks");
  }
  return Json::object({{type, details}, {"type", type}});
}

Json billing_details(const World& world, const std::string& method) {
  const Json* object = world.find("payment_method", method);
  return object == nullptr ? Json{} : (*object)["billing_details"];
}

Outcome<Json> show(Call& call) { return find_object(call.world, kind, call.id()); }

Outcome<Json> list(Call& call) {
  constexpr Filter filters[] = {{"customer", "customer"}, {"payment_intent", "payment_intent"}};
  return list_objects(call, kind, "/v1/charges", filters);
}

constexpr Operation operations[] = {
    {Verb::get, "/v1/charges/{id}", {}, show},
    {Verb::list, "/v1/charges", list_filters, list},
};

}  // namespace

Operations charge_operations() { return operations; }

std::string create_charge(World& world, const std::string& intent, std::string_view status,
                          const std::string& failure_code, const std::string& decline_code) {
  const Json payment = world.get(intent);
  const bool failed = status == "failed";
  const bool captured = !failed && payment["capture_method"].text() != "manual";
  const std::string method = payment["payment_method"].text();
  const std::string id = world.make_id("ch_3", 23);
  const auto text_or_null = [](const std::string& text) {
    return text.empty() ? Json{} : Json{text};
  };
  world.create(
      Json::object({{"id", id},
                    {"object", kind},
                    {"amount", payment["amount"]},
                    {"amount_captured", captured ? payment["amount"] : Json{0}},
                    {"amount_refunded", 0},
                    {"application", nullptr},
                    {"application_fee", nullptr},
                    {"application_fee_amount", nullptr},
                    {"balance_transaction", failed ? Json{} : Json{world.make_id("txn_3", 23)}},
                    {"billing_details", billing_details(world, method)},
                    {"calculated_statement_descriptor", "TOLLGATE"},
                    {"captured", captured},
                    {"created", world.now()},
                    {"currency", payment["currency"]},
                    {"customer", payment["customer"]},
                    {"description", payment["description"]},
                    {"disputed", false},
                    {"failure_balance_transaction", nullptr},
                    {"failure_code", text_or_null(failure_code)},
                    {"failure_message", failed ? Json{"Your card was declined."} : Json{}},
                    {"fraud_details", Json::object()},
                    {"livemode", false},
                    {"metadata", payment["metadata"]},
                    {"on_behalf_of", nullptr},
                    {"outcome", outcome_of(status, decline_code)},
                    {"paid", status == "succeeded"},
                    {"payment_intent", intent},
                    {"payment_method", method},
                    {"payment_method_details", method_details(world, method)},
                    {"receipt_email", nullptr},
                    {"receipt_number", nullptr},
                    {"receipt_url", nullptr},
                    {"refunded", false},
                    {"review", nullptr},
                    {"shipping", nullptr},
                    {"source_transfer", nullptr},
                    {"statement_descriptor", nullptr},
                    {"statement_descriptor_suffix", nullptr},
                    {"status", status},
                    {"transfer_data", nullptr},
                    {"transfer_group", nullptr}}),
      "charge." + std::string{status});
  return id;
}

void capture_charge(World& world, const std::string& charge, std::int64_t amount) {
  world.change(charge, {}, [&](Json& object) {
    object["captured"] = true;
    object["amount_captured"] = amount;
    object["amount_refunded"] = object["amount"].integer() - amount;
  });
  world.announce(charge, "charge.captured");
}

void release_charge(World& world, const std::string& charge) {
  world.change(charge, "charge.refunded", [](Json& object) {
    object["amount_refunded"] = std::as_const(object)["amount"];
    object["refunded"] = true;
  });
}

void finish_charge(World& world, const std::string& charge, std::string_view status) {
  world.change(charge, {}, [&](Json& object) {
    object["status"] = status;
    object["paid"] = status == "succeeded";
    if (status == "failed") {
      object["failure_code"] = "payment_method_provider_decline";
      object["outcome"] = outcome_of(status, {});
    }
  });
  world.announce(charge, "charge." + std::string{status});
}

}  // namespace tollgate::simulator
