// SPDX-License-Identifier: Apache-2.0
#include "stripe/stripe_event.hpp"

#include <array>

#include "stripe/json_document.hpp"
#include "stripe/unix_time.hpp"

namespace tollgate::stripe {
namespace {

using simdjson::dom::element;
using Member = std::optional<element>;

/// Finds several members in one pass; the first of equal names counts.
template <std::size_t Count>
std::array<Member, Count> pick(const Member& from,
                               const std::array<std::string_view, Count>& names) {
  std::array<Member, Count> found;
  simdjson::dom::object object;
  if (!from || from->get(object) != simdjson::SUCCESS) return found;
  for (const auto field : object) {
    for (std::size_t i = 0; i < Count; ++i) {
      if (field.key != names[i]) continue;
      if (!found[i]) found[i] = field.value;
      break;
    }
  }
  return found;
}

/// A usable text, else nothing.
std::string_view text_of(const Member& member) {
  std::string_view text;
  if (!member || member->get(text) != simdjson::SUCCESS) return {};
  return text.size() <= EventScanner::text_bytes_max ? text : std::string_view{};
}

/// The id in a reference: Stripe sends the id, or the object with the id in it.
std::string_view id_of(const Member& reference) {
  const std::string_view id = text_of(reference);
  return id.empty() ? text_of(pick<1>(reference, {"id"})[0]) : id;
}

std::optional<Time> created_of(const Member& member, EventStyle style) {
  if (!member) return std::nullopt;
  if (style == EventStyle::thin) return parse_rfc3339(text_of(member));
  std::int64_t seconds = 0;
  if (member->get(seconds) != simdjson::SUCCESS) return std::nullopt;
  return time_of(seconds);
}

bool flag_of(const Member& member) {
  bool flag = false;
  return member && member->get(flag) == simdjson::SUCCESS && flag;
}

std::string_view first_of(std::initializer_list<std::string_view> texts) {
  for (const std::string_view text : texts) {
    if (!text.empty()) return text;
  }
  return {};
}

void read_snapshot(const Member& data, StripeEvent& event) {
  const Member object = pick<1>(data, {"object"})[0];
  const auto [id, name, customer, customer_account, payment_intent, charge, product, payment] =
      pick<8>(object, {"id", "object", "customer", "customer_account", "payment_intent", "charge",
                       "product", "payment"});
  const std::string_view object_name = text_of(name);
  const bool is_price = object_name == "price" || object_name == "plan";
  const Member nested =
      object_name == "invoice_payment" ? pick<1>(payment, {"payment_intent"})[0] : Member{};
  event.object_id = text_of(id);
  event.routing_id = first_of({
      object_name == "customer" ? event.object_id : std::string_view{},
      id_of(customer),
      id_of(customer_account),
      id_of(payment_intent),
      id_of(nested),
      id_of(charge),
      is_price ? id_of(product) : std::string_view{},
      event.object_id,
      event.id,
  });
}

void read_thin(const Member& related_object, StripeEvent& event) {
  event.object_id = text_of(pick<1>(related_object, {"id"})[0]);
  event.routing_id = first_of({event.object_id, event.id});
}

EventFault fault_of(JsonFault fault) {
  switch (fault) {
    case JsonFault::empty: return EventFault::empty_body;
    case JsonFault::nested_too_deep: return EventFault::nested_too_deep;
    case JsonFault::malformed: break;
  }
  return EventFault::not_json;
}

Result<StripeEvent, EventFault> read_event(element root) {
  if (!root.is_object()) return EventFault::not_an_object;
  const auto [name, id, type, account, context, api_version, created, livemode, snapshot_event,
              data, related_object] =
      pick<11>(root, {"object", "id", "type", "account", "context", "api_version", "created",
                      "livemode", "snapshot_event", "data", "related_object"});
  StripeEvent event;
  const std::string_view style = text_of(name);
  if (style != "event" && style != "v2.core.event") return EventFault::not_an_event;
  event.style = style == "event" ? EventStyle::snapshot : EventStyle::thin;
  event.id = text_of(id);
  if (event.id.empty()) return EventFault::no_id;
  event.type = text_of(type);
  if (event.type.empty()) return EventFault::no_type;
  event.account = text_of(event.style == EventStyle::thin ? context : account);
  event.api_version = text_of(api_version);
  event.created = created_of(created, event.style);
  event.livemode = flag_of(livemode);
  if (event.style == EventStyle::thin) {
    event.snapshot_event = text_of(snapshot_event);
    read_thin(related_object, event);
  } else {
    read_snapshot(data, event);
  }
  return event;
}

}  // namespace

std::string_view to_string(EventFault fault) {
  switch (fault) {
    case EventFault::empty_body: return "empty_body";
    case EventFault::not_json: return "not_json";
    case EventFault::not_an_object: return "not_an_object";
    case EventFault::nested_too_deep: return "nested_too_deep";
    case EventFault::not_an_event: return "not_an_event";
    case EventFault::no_id: return "no_id";
    case EventFault::no_type: return "no_type";
  }
  return "unknown";
}

std::string StripeEvent::routing_key() const {
  std::string key;
  key.reserve(account.size() + 1 + routing_id.size());
  key += account;
  key += ':';
  key += routing_id;
  return key;
}

struct EventScanner::Parser {
  JsonDocument document{depth_max};
};

EventScanner::EventScanner() : parser_(std::make_unique<Parser>()) {}
EventScanner::~EventScanner() = default;
EventScanner::EventScanner(EventScanner&&) noexcept = default;

Result<StripeEvent, EventFault> EventScanner::scan(std::string_view body) {
  const auto parsed = parser_->document.parse(body);
  if (!parsed) return fault_of(parsed.error());
  return read_event(*parsed);
}

}  // namespace tollgate::stripe
