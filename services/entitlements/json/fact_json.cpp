// SPDX-License-Identifier: Apache-2.0
#include "entitlements/json/fact_json.hpp"

#include <algorithm>
#include <set>
#include <stdexcept>
#include <utility>
#include <variant>

#include "entitlements/domain/ownership.hpp"
#include "stripe/object_json.hpp"

namespace tollgate::entitlements {
namespace {

std::optional<Snapshot> snapshot_of(stripe::ObjectKind kind, const std::string& text,
                                    const std::optional<Stage>& stage) {
  if (text.empty()) return std::nullopt;
  return Snapshot{text, stage ? *stage : stage_of(read_state(kind, text))};
}

}  // namespace

stripe::Object read_state(stripe::ObjectKind kind, const std::string& text) {
  auto object = stripe::object_from_json(kind, text);
  if (!object) throw std::runtime_error("a stored state is not one of ours");
  return *std::move(object);
}

Fact fact_of(const EventRow& event) {
  return {.event_id = event.key.id,
          .type = event.type,
          .created = *event.created,
          .kind = *event.kind,
          .object_id = event.object_id,
          .state = snapshot_of(*event.kind, event.state, event.stage),
          .previous = snapshot_of(*event.kind, event.previous, event.previous_stage)};
}

bool tells(const EventRow& event) {
  return event.kind && event.created && !event.object_id.empty();
}

Key object_of(const EventRow& event) {
  return {event.key.account, event.key.livemode, event.object_id};
}

bool has_renderings(const std::vector<EventRow>& events) {
  const auto same = [](const EventRow& a, const EventRow& b) { return a.key == b.key; };
  return std::ranges::adjacent_find(events, same) != events.end();
}

std::vector<EventRow> newest_renderings(const std::vector<EventRow>& events) {
  std::vector<EventRow> kept;
  kept.reserve(events.size());
  for (const EventRow& event : events) {
    if (kept.empty() || kept.back().key != event.key) {
      kept.push_back(event);
      continue;
    }
    EventRow& other = kept.back();
    const auto worth = [](const EventRow& it) {
      return std::pair{it.outcome != Outcome::dead_letter, std::string_view{it.api_version}};
    };
    if (worth(event) > worth(other)) other = event;
  }
  return kept;
}

std::vector<Link> links_of(const std::vector<EventRow>& events) {
  std::set<Link> links;
  for (const EventRow& event : events) {
    if (!tells(event) || event.state.empty() || !event.customer_id.empty()) continue;
    const Key from = object_of(event);
    for (std::string& to : references_of(read_state(*event.kind, event.state))) {
      if (to != event.object_id) links.insert({from, std::move(to)});
    }
  }
  return {links.begin(), links.end()};
}

bool pays_for_a_period(const stripe::Invoice& invoice) {
  return invoice.status == "paid" && !invoice.subscription.empty() &&
         (invoice.billing_reason == "subscription_create" ||
          invoice.billing_reason == "subscription_cycle");
}

void note_payment(ObjectRow& row, const stripe::Object& object) {
  row.pays_for.clear();
  row.pays_since.reset();
  const auto* invoice = std::get_if<stripe::Invoice>(&object);
  if (invoice == nullptr || !pays_for_a_period(*invoice)) return;
  row.pays_for = invoice->subscription;
  row.pays_since = invoice->created;
}

}  // namespace tollgate::entitlements
