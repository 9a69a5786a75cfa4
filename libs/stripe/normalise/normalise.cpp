// SPDX-License-Identifier: Apache-2.0
#include "stripe/normalise/normalise.hpp"

#include "stripe/json_document.hpp"
#include "stripe/normalise/fields.hpp"
#include "stripe/normalise/kinds.hpp"
#include "stripe/object_json.hpp"

namespace tollgate::stripe {
namespace {

using Reason = NormaliseFault::Reason;

/// Previews of invoices to come have no id, or since clover one that begins like this.
constexpr std::string_view preview_prefix = "upcoming_in";

constexpr std::string_view first_tested = "2020-08-27";
constexpr std::string_view last_tested = "2026-10-28";

Object read_object(ObjectKind kind, const Fields& from) {
  switch (kind) {
    case ObjectKind::customer: return read_customer(from);
    case ObjectKind::subscription: return read_subscription(from);
    case ObjectKind::invoice: return read_invoice(from);
    case ObjectKind::invoice_payment: return read_invoice_payment(from);
    case ObjectKind::checkout_session: return read_checkout_session(from);
    case ObjectKind::payment_intent: return read_payment_intent(from);
    case ObjectKind::charge: return read_charge(from);
    case ObjectKind::refund: return read_refund(from);
    case ObjectKind::dispute: break;
  }
  return read_dispute(from);
}

std::string id_of(const Object& object) {
  return std::visit([](const auto& it) { return it.id; }, object);
}

std::string customer_of(const Object& object) {
  return std::visit(
      [](const auto& it) -> std::string {
        if constexpr (requires { it.customer; }) {
          return it.customer;
        } else if constexpr (std::same_as<decltype(it), const Customer&>) {
          return it.id;
        } else {
          return {};
        }
      },
      object);
}

/// The object of a `.deleted` event is whole and does not say that it is gone.
void mark_deleted(Object& object) {
  if (auto* customer = std::get_if<Customer>(&object)) customer->deleted = true;
  if (auto* invoice = std::get_if<Invoice>(&object)) invoice->deleted = true;
}

bool deletes(std::string_view event_type) {
  return event_type == "customer.deleted" || event_type == "invoice.deleted";
}

std::optional<ObjectKind> kind_of_object(std::string_view event_type, const Fields& object) {
  const auto kind = object_kind_of(object.text("object"));
  if (kind != ObjectKind::invoice) return kind;
  const bool is_preview =
      event_type == "invoice.upcoming" || object.id().starts_with(preview_prefix);
  return is_preview ? std::nullopt : kind;
}

/// Ids of an object that says nothing about access: for people to find it by, never a fault.
NormalisedEvent without_kind(const Fields& object) {
  Faults ignored;
  const Fields fields = object.reporting_to(ignored);
  NormalisedEvent it;
  it.object_id = fields.id();
  it.customer_id = fields.customer();
  return ignored.first ? NormalisedEvent{} : it;
}

NormalisedEvent read_state(std::string_view event_type, const Fields& object, Faults& faults) {
  const auto kind = kind_of_object(event_type, object);
  if (!kind) return without_kind(object);
  Object state = read_object(*kind, object);
  if (deletes(event_type)) mark_deleted(state);
  NormalisedEvent it{.kind = kind,
                     .object_id = id_of(state),
                     .customer_id = customer_of(state),
                     .state = to_json(state),
                     .previous = {}};
  if (it.object_id.empty()) faults.add(Reason::no_object_id, "id");
  return it;
}

NormalisedEvent read_snapshot(std::string_view event_type, const Fields& data, Faults& faults) {
  const Fields object = data.object("object");
  NormalisedEvent it = read_state(event_type, object, faults);
  if (it.kind && data.has("previous_attributes")) {
    const Fields before = object.overlaid(data.object("previous_attributes"));
    it.previous = to_json(read_object(*it.kind, before));
  }
  return it;
}

NormalisedEvent read_thin(const Fields& event) {
  const Fields related = event.object("related_object");
  NormalisedEvent it;
  it.object_id = related.id();
  if (!it.object_id.empty()) it.kind = object_kind_of(related.text("type"));
  return it;
}

/// The facts are keyed by these, so what the scanner let pass as absent must not pass here.
void check_envelope(const StripeEvent& event, const Fields& root, Faults& faults) {
  const bool is_thin = event.style == EventStyle::thin;
  const auto check = [&](std::string_view name, std::string_view scanned) {
    if (root.text(name) != scanned) faults.add(Reason::wrong_type, name);
  };
  check("id", event.id);
  check("type", event.type);
  check(is_thin ? "context" : "account", event.account);
  check("api_version", event.api_version);
  if (is_thin) check("snapshot_event", event.snapshot_event);
  if (root.flag("livemode") != event.livemode) faults.add(Reason::wrong_type, "livemode");
  if (!event.created) faults.add(Reason::wrong_type, "created");
}

Result<simdjson::dom::element, NormaliseFault> parse(std::string_view body) {
  thread_local JsonDocument document{EventScanner::depth_max};
  const auto parsed = document.parse(body);
  if (!parsed || !parsed->is_object()) return NormaliseFault{Reason::not_json, {}};
  return *parsed;
}

}  // namespace

std::string_view to_string(Reason reason) {
  switch (reason) {
    case Reason::not_json: return "not_json";
    case Reason::no_object_id: return "no_object_id";
    case Reason::wrong_type: return "wrong_type";
    case Reason::number_too_large: return "number_too_large";
    case Reason::id_too_long: return "id_too_long";
    case Reason::unstorable_text: return "unstorable_text";
  }
  return "unknown";
}

Result<NormalisedEvent, NormaliseFault> normalise(const StripeEvent& event, std::string_view body) {
  const auto parsed = parse(body);
  if (!parsed) return parsed.error();
  Faults faults;
  const Fields root{Value{*parsed}, faults};
  check_envelope(event, root, faults);
  NormalisedEvent it = event.style == EventStyle::thin
                           ? read_thin(root)
                           : read_snapshot(event.type, root.object("data"), faults);
  if (faults.first) return *faults.first;
  return it;
}

Result<NormalisedEvent, NormaliseFault> normalise_answer(std::string_view object) {
  const auto parsed = parse(object);
  if (!parsed) return parsed.error();
  Faults faults;
  NormalisedEvent it = read_state({}, Fields{Value{*parsed}, faults}, faults);
  if (faults.first) return *faults.first;
  return it;
}

bool is_tested_version(std::string_view api_version) {
  // Versions begin with their date; names of families follow it.
  const std::string_view date = api_version.substr(0, first_tested.size());
  return date >= first_tested && date <= last_tested;
}

}  // namespace tollgate::stripe
