// SPDX-License-Identifier: Apache-2.0
#include "stripe_simulator/payments/refunds.hpp"

#include "stripe_simulator/api/lists.hpp"

namespace tollgate::simulator {
namespace {

constexpr std::string_view kind = "refund";

constexpr Parameter create_parameters[] = {
    {.path = "payment_intent"},
    {.path = "charge"},
    {.path = "amount", .shape = Shape::integer},
    {.path = "reason", .choices = "duplicate|fraudulent|requested_by_customer"},
    {.path = "metadata", .shape = Shape::metadata},
};
constexpr Parameter update_parameters[] = {{.path = "metadata", .shape = Shape::metadata}};
constexpr Parameter list_filters[] = {{.path = "payment_intent"}, {.path = "charge"}};

/// The charge that the parameters name, directly or by its payment.
Outcome<std::string> charge_of(const World& world, const Json& parameters) {
  const std::string& given = parameters["charge"].text();
  if (!given.empty()) {
    if (world.find("charge", given) == nullptr) return no_such("charge", given, "charge");
    return given;
  }
  const std::string& intent = parameters["payment_intent"].text();
  if (intent.empty()) {
    return invalid({}, "parameter_missing",
                   "One of the following params should be provided for this request: "
                   "payment_intent or charge.");
  }
  const Json* payment = world.find("payment_intent", intent);
  if (payment == nullptr) return no_such("payment_intent", intent, "payment_intent");
  if ((*payment)["status"].text() != "succeeded") {
    return invalid("payment_intent", {},
                   "This PaymentIntent (" + intent +
                       ") does not have a successful charge to "
                       "refund.");
  }
  return (*payment)["latest_charge"].text();
}

Outcome<std::int64_t> amount_of(const Json& charge, const Json& wanted) {
  const std::int64_t left = charge["amount"].integer() - charge["amount_refunded"].integer();
  const std::string& id = charge["id"].text();
  if (left <= 0) {
    return invalid({}, "charge_already_refunded", "Charge " + id + " has already been refunded.");
  }
  if (charge["disputed"].flag()) {
    return invalid({}, "charge_disputed", "Charge " + id + " has been charged back.");
  }
  const std::int64_t amount = wanted.integer(left);
  if (amount < 1) return invalid("amount", "parameter_invalid_integer", "Invalid positive integer");
  if (amount > left) {
    return invalid("amount", {},
                   "Refund amount (" + std::to_string(amount) +
                       ") is greater than unrefunded amount on charge (" + std::to_string(left) +
                       ")");
  }
  return amount;
}

Json refund_shape(World& world, const Json& charge, std::int64_t amount, const Json& parameters) {
  Json refund = Json::object(
      {{"id", world.make_id("re_3", 23)},
       {"object", kind},
       {"amount", amount},
       {"balance_transaction", world.make_id("txn_3", 23)},
       {"charge", charge["id"]},
       {"created", world.now()},
       {"currency", charge["currency"]},
       {"customer", charge["customer"]},
       {"customer_account", nullptr},
       {"destination_details",
        Json::object({{"card", Json::object({{"reference_status", "pending"},
                                             {"reference_type", "acquirer_reference_number"},
                                             {"type", "refund"}})},
                      {"type", "card"}})},
       {"metadata", Json::object()},
       {"payment_intent", charge["payment_intent"]},
       {"payment_method", charge["payment_method"]},
       {"reason", parameters["reason"]},
       {"receipt_number", nullptr},
       {"source_transfer_reversal", nullptr},
       {"status", "succeeded"},
       {"transfer_reversal", nullptr}});
  if (parameters["metadata"].is_object()) refund["metadata"] = parameters["metadata"];
  return refund;
}

void add_refunded(Json& charge, std::int64_t amount) {
  charge["amount_refunded"] = charge["amount_refunded"].integer() + amount;
  charge["refunded"] = charge["amount_refunded"] == charge["amount"];
}

Outcome<Json> create(Call& call) {
  const auto charge = charge_of(call.world, call.parameters);
  if (!charge) return charge.error();
  const Json charged = call.world.get(*charge);
  const auto amount = amount_of(charged, call.parameters["amount"]);
  if (!amount) return amount.error();
  const Json refund = refund_shape(call.world, charged, *amount, call.parameters);
  call.world.create(refund, "refund.created");
  call.world.change(*charge, "charge.refunded",
                    [&](Json& object) { add_refunded(object, *amount); });
  return refund;
}

Outcome<Json> show(Call& call) { return find_object(call.world, kind, call.id()); }

Outcome<Json> update(Call& call) {
  const auto refund = find_object(call.world, kind, call.id());
  if (!refund) return refund;
  Json changes = call.parameters;
  changes.erase("expand");
  return call.world.change(call.id(), "refund.updated",
                           [&](Json& object) { merge(object, changes); });
}

Outcome<Json> list(Call& call) {
  constexpr Filter filters[] = {{"payment_intent", "payment_intent"}, {"charge", "charge"}};
  return list_objects(call, kind, "/v1/refunds", filters);
}

constexpr Operation operations[] = {
    {Verb::post, "/v1/refunds", create_parameters, create},
    {Verb::get, "/v1/refunds/{id}", {}, show},
    {Verb::post, "/v1/refunds/{id}", update_parameters, update},
    {Verb::list, "/v1/refunds", list_filters, list},
};

}  // namespace

Operations refund_operations() { return operations; }

bool fail_refund(World& world, const std::string& id) {
  const Json refund = world.get(id);
  if (refund["status"].text() == "failed") return false;
  world.change(refund["charge"].text(), {},
               [&](Json& charge) { add_refunded(charge, -refund["amount"].integer()); });
  world.change(id, "refund.updated", [](Json& object) {
    object["status"] = "failed";
    object["failure_reason"] = "expired_or_canceled_card";
  });
  world.announce(id, "refund.failed");
  return true;
}

}  // namespace tollgate::simulator
