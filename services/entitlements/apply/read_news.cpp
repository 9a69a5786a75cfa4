// SPDX-License-Identifier: Apache-2.0
#include "entitlements/apply/read_news.hpp"

#include <algorithm>
#include <utility>

#include "entitlements/domain/one_kind.hpp"
#include "entitlements/domain/ownership.hpp"
#include "entitlements/json/fact_json.hpp"

namespace tollgate::entitlements {

Touch touch_of(const EventRow& event) { return {event.created.value_or(Time{}), event.key.id}; }

void ObjectNews::take(const EventRow& event, bool replaced) {
  facts.push_back(fact_of(event));
  customer_id = std::max(customer_id, event.customer_id);
  rewritten = rewritten || replaced;
  latest = std::max(latest, touch_of(event));
}

void ObjectNews::forsake(const Touch& by) {
  rewritten = true;
  latest = std::max(latest, by);
}

bool ObjectNews::is_of_one_kind() const {
  const bool is_of_the_row = !row.kind || facts.empty() || facts.front().kind == *row.kind;
  return is_of_the_row && are_of_one_kind(facts);
}

void ObjectNews::settle(const Key& key, Newest decided) {
  const bool was_awaited = row.revision > 0 && !row.kind;
  const std::string customer_before = row.customer_id;
  changed = !row.kind || row.newest != decided;
  was_open = was_awaited || undecided(row.newest);
  row.key = key;
  row.kind = facts.front().kind;
  row.newest = std::move(decided);
  if (rewritten || !customer_id.empty()) row.customer_id = customer_id;
  if (!row.newest.state.empty()) {
    const stripe::Object object = read_state(*row.kind, row.newest.state);
    row.customer_id = customer_of(object);
    cut_short = stripe::is_cut_short(object);
    note_payment(row, object);
  }
  // A new object that names nobody looks for its owner anyway.
  const bool relinked = is_linked && (row.revision > 0 || !row.customer_id.empty());
  dirty = was_awaited || relinked || (row.revision > 0 && row.customer_id != customer_before);
  changed = changed || row.customer_id != customer_before;
}

void ObjectNews::forget(const Key& key) {
  const bool known = row.kind.has_value();
  ObjectRow awaited;
  awaited.key = key;
  awaited.owner_id = row.owner_id;
  awaited.revision = row.revision;
  row = std::move(awaited);
  changed = dirty = known;
}

bool ObjectNews::is_lost() const { return dirty && row.customer_id.empty() && row.revision > 0; }

Placement ObjectNews::placement(const Key& key) const {
  const bool is_written = changed && !is_lost();
  return {key, row.kind, row.customer_id, row.owner_id, row.revision + (is_written ? 1 : 0)};
}

bool ObjectNews::move_to(const std::string& owner_id) {
  row.owner_id = owner_id;
  if (!is_lost()) return false;
  changed = true;
  return true;
}

}  // namespace tollgate::entitlements
