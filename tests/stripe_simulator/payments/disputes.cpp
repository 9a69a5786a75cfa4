// SPDX-License-Identifier: Apache-2.0
#include "stripe_simulator/payments/disputes.hpp"

#include <algorithm>

#include "stripe_simulator/api/lists.hpp"

namespace tollgate::simulator {
namespace {

constexpr std::string_view kind = "dispute";
constexpr std::int64_t answer_s = 7 * 24 * 3600;

constexpr Parameter update_parameters[] = {
    {.path = "evidence.access_activity_log"},
    {.path = "evidence.billing_address"},
    {.path = "evidence.cancellation_policy"},
    {.path = "evidence.cancellation_policy_disclosure"},
    {.path = "evidence.cancellation_rebuttal"},
    {.path = "evidence.customer_communication"},
    {.path = "evidence.customer_email_address"},
    {.path = "evidence.customer_name"},
    {.path = "evidence.customer_purchase_ip"},
    {.path = "evidence.customer_signature"},
    {.path = "evidence.duplicate_charge_documentation"},
    {.path = "evidence.duplicate_charge_explanation"},
    {.path = "evidence.duplicate_charge_id"},
    {.path = "evidence.product_description"},
    {.path = "evidence.receipt"},
    {.path = "evidence.refund_policy"},
    {.path = "evidence.refund_policy_disclosure"},
    {.path = "evidence.refund_refusal_explanation"},
    {.path = "evidence.service_date"},
    {.path = "evidence.service_documentation"},
    {.path = "evidence.shipping_address"},
    {.path = "evidence.shipping_carrier"},
    {.path = "evidence.shipping_date"},
    {.path = "evidence.shipping_documentation"},
    {.path = "evidence.shipping_tracking_number"},
    {.path = "evidence.uncategorized_file"},
    {.path = "evidence.uncategorized_text"},
    {.path = "metadata", .shape = Shape::metadata},
    {.path = "submit", .shape = Shape::boolean},
};
constexpr Parameter list_filters[] = {{.path = "charge"}, {.path = "payment_intent"}};

/// What the bank may decide from where: the dispute states of docs.stripe.com/disputes.
struct Transition {
  std::string_view from;
  std::string_view to;
  std::string_view event;
  std::string_view money_event{};
};
constexpr Transition transitions[] = {
    {"needs_response", "under_review", "charge.dispute.updated"},
    {"needs_response", "lost", "charge.dispute.closed"},
    {"needs_response", "won", "charge.dispute.closed", "charge.dispute.funds_reinstated"},
    {"under_review", "won", "charge.dispute.closed", "charge.dispute.funds_reinstated"},
    {"under_review", "lost", "charge.dispute.closed"},
    {"warning_needs_response", "warning_under_review", "charge.dispute.updated"},
    {"warning_needs_response", "warning_closed", "charge.dispute.closed"},
    {"warning_needs_response", "needs_response", "charge.dispute.updated",
     "charge.dispute.funds_withdrawn"},
    {"warning_under_review", "warning_closed", "charge.dispute.closed"},
    {"warning_under_review", "needs_response", "charge.dispute.updated",
     "charge.dispute.funds_withdrawn"},
};

/// Something may still become of it.
bool is_open(const std::string& status) {
  return std::any_of(std::begin(transitions), std::end(transitions),
                     [&](const Transition& row) { return row.from == status; });
}

// docs.stripe.com/api/disputes/object
constexpr std::string_view reasons[] = {"bank_cannot_process",
                                        "check_returned",
                                        "credit_not_processed",
                                        "customer_initiated",
                                        "debit_not_authorized",
                                        "duplicate",
                                        "fraudulent",
                                        "general",
                                        "incorrect_account_details",
                                        "insufficient_funds",
                                        "noncompliant",
                                        "product_not_received",
                                        "product_unacceptable",
                                        "subscription_canceled",
                                        "unrecognized"};

/// By a dispute that is still open.
bool is_disputed(const World& world, const std::string& charge) {
  const auto& ids = world.ids(kind);
  return std::any_of(ids.begin(), ids.end(), [&](const std::string& id) {
    const Json& dispute = world.get(id);
    return dispute["charge"].text() == charge && is_open(dispute["status"].text());
  });
}

Json dispute_shape(World& world, const Json& charge, std::string_view reason, DisputeKind type) {
  const bool inquiry = type == DisputeKind::inquiry;
  return Json::object(
      {{"id", world.make_id("du_1", 23)},
       {"object", kind},
       {"amount", charge["amount"]},
       {"balance_transactions", Json::array()},
       {"charge", charge["id"]},
       {"created", world.now()},
       {"currency", charge["currency"]},
       {"enhanced_eligibility_types", Json::array()},
       {"evidence", Json::object()},
       {"evidence_details", Json::object({{"due_by", world.now() + answer_s},
                                          {"enhanced_eligibility", Json::object()},
                                          {"has_evidence", false},
                                          {"past_due", false},
                                          {"submission_count", 0},
                                          {"submission_method", "not_submitted"}})},
       {"intended_submission_method", nullptr},
       {"is_charge_refundable", inquiry},
       {"livemode", false},
       {"metadata", Json::object()},
       {"network_reason_code", "10.4"},
       {"payment_intent", charge["payment_intent"]},
       {"payment_method_details",
        Json::object({{"card", Json::object({{"brand", "visa"},
                                             {"case_type", inquiry ? "inquiry" : "chargeback"},
                                             {"network_reason_code", "10.4"}})},
                      {"type", "card"}})},
       {"reason", reason},
       {"status", inquiry ? "warning_needs_response" : "needs_response"}});
}

/// docs.stripe.com/testing, "Disputes": evidence with these texts decides at once.
std::string verdict_of(const std::string& text) {
  if (text == "winning_evidence") return "won";
  if (text == "losing_evidence") return "lost";
  return {};
}

Outcome<Json> show(Call& call) { return find_object(call.world, kind, call.id()); }

/// Evidence goes to the bank at once unless `submit` is false; the test texts win and lose.
Outcome<Json> update(Call& call) {
  const auto found = find_object(call.world, kind, call.id());
  if (!found) return found;
  const std::string status = (*found)["status"].text();
  const Json& evidence = call.parameters["evidence"];
  const bool waits = status == "needs_response" || status == "warning_needs_response";
  if (!evidence.is_null() && !waits) {
    return invalid({}, {}, "This dispute is already closed or under review.");
  }
  const Json& submit = call.parameters["submit"];
  const bool submits = waits && (submit.is_null() ? !evidence.is_null() : submit.flag());
  Json changes = call.parameters;
  for (const char* name : {"expand", "submit"}) changes.erase(name);
  call.world.change(call.id(), "charge.dispute.updated", [&](Json& object) {
    merge(object, changes);
    Json& details = object["evidence_details"];
    if (!evidence.is_null()) details["has_evidence"] = true;
    if (!submits) return;
    details["submission_count"] = details["submission_count"].integer() + 1;
    details["submission_method"] = "manual";
    object["status"] = status == "needs_response" ? "under_review" : "warning_under_review";
  });
  if (!submits || status != "needs_response") return call.world.get(call.id());
  const std::string verdict = verdict_of(evidence["uncategorized_text"].text());
  if (!verdict.empty()) return close_dispute(call.world, call.id(), verdict);
  return call.world.get(call.id());
}

Outcome<Json> accept(Call& call) { return close_dispute(call.world, call.id(), "lost"); }

Outcome<Json> list(Call& call) {
  constexpr Filter filters[] = {{"charge", "charge"}, {"payment_intent", "payment_intent"}};
  return list_objects(call, kind, "/v1/disputes", filters);
}

constexpr Operation operations[] = {
    {Verb::get, "/v1/disputes/{id}", {}, show},
    {Verb::post, "/v1/disputes/{id}", update_parameters, update},
    {Verb::post, "/v1/disputes/{id}/close", {}, accept},
    {Verb::list, "/v1/disputes", list_filters, list},
};

}  // namespace

Operations dispute_operations() { return operations; }

Outcome<std::string> open_dispute(World& world, const std::string& intent, std::string_view reason,
                                  DisputeKind type) {
  const auto payment = find_object(world, "payment_intent", intent, "payment_intent");
  if (!payment) return payment.error();
  if ((*payment)["status"].text() != "succeeded") {
    return invalid("payment_intent", {}, "Only a payment that succeeded can be disputed.");
  }
  if (std::find(std::begin(reasons), std::end(reasons), reason) == std::end(reasons)) {
    return invalid("reason", {}, "No such reason of a dispute: " + std::string{reason});
  }
  const std::string charge = (*payment)["latest_charge"].text();
  if (is_disputed(world, charge)) {
    return invalid("payment_intent", {}, "A dispute of this payment is open already.");
  }
  const Json dispute = dispute_shape(world, Json{world.get(charge)}, reason, type);
  const std::string id = dispute["id"].text();
  world.create(dispute, "charge.dispute.created");
  if (type == DisputeKind::chargeback) {
    world.announce(id, "charge.dispute.funds_withdrawn");
    world.change(charge, "charge.updated", [](Json& object) { object["disputed"] = true; });
  }
  return id;
}

Outcome<Json> close_dispute(World& world, const std::string& id, const std::string& status) {
  const auto dispute = find_object(world, kind, id);
  if (!dispute) return dispute;
  const std::string from = (*dispute)["status"].text();
  const auto* const step =
      std::find_if(std::begin(transitions), std::end(transitions),
                   [&](const Transition& row) { return row.from == from && row.to == status; });
  if (step == std::end(transitions)) {
    return invalid("status", {}, "A dispute that is " + from + " cannot become " + status + ".");
  }
  const bool closed = step->event == "charge.dispute.closed";
  world.change(id, closed ? "" : step->event, [&](Json& object) {
    object["status"] = status;
    if (closed) object["evidence_details"]["due_by"] = nullptr;
  });
  if (closed) world.announce(id, step->event);
  if (!step->money_event.empty()) world.announce(id, step->money_event);
  return world.get(id);
}

}  // namespace tollgate::simulator
