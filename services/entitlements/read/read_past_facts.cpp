// SPDX-License-Identifier: Apache-2.0
#include "entitlements/read/read_past_facts.hpp"

#include <unordered_map>
#include <utility>

#include "entitlements/domain/newest.hpp"
#include "entitlements/domain/one_kind.hpp"
#include "entitlements/json/fact_json.hpp"

namespace tollgate::entitlements {

std::vector<ObjectRow> PastFacts::find_objects(std::span<const Key> ids) {
  return rewound(reader_.find_objects(ids));
}

std::vector<ObjectRow> PastFacts::find_objects_of(std::span<const Key> owners) {
  return rewound(reader_.find_objects_of(owners));
}

std::vector<ObjectRow> PastFacts::find_paying_invoices(std::span<const Key> subscriptions) {
  return rewound(reader_.find_invoices_paid_by(subscriptions, at_));
}

std::vector<ObjectRow> PastFacts::find_payments_of(std::span<const Key> invoices) {
  return rewound(reader_.find_payments_of(invoices));
}

/// Leaves those of which something was known.
std::vector<ObjectRow> PastFacts::rewound(std::vector<ObjectRow> rows) {
  if (rows.empty() || is_too_much()) return {};
  std::vector<Key> keys;
  for (const ObjectRow& row : rows) keys.push_back(row.key);
  std::unordered_map<Key, std::vector<Fact>, KeyHash> facts;
  const std::size_t events_max = past_events_max - events_read_ + 1;
  for (const EventRow& event : reader_.find_events_until(keys, at_, events_max)) {
    ++events_read_;
    if (tells(event)) facts[object_of(event)].push_back(fact_of(event));
  }
  std::vector<ObjectRow> known;
  for (ObjectRow& row : rows) {
    const auto told = facts.find(row.key);
    if (told == facts.end()) continue;
    const std::vector<Fact> then = of_one_kind(std::move(told->second));
    row.kind = then.front().kind;
    row.newest = newest(then);
    known.push_back(std::move(row));
  }
  return known;
}

}  // namespace tollgate::entitlements
