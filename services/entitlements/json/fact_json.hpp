// SPDX-License-Identifier: Apache-2.0
// Rows of events as the pure steps take them. Where rows come from is read_records.hpp's; what a
// state's text means is stripe/object_json.hpp's.
#pragma once

#include <string>
#include <vector>

#include "entitlements/domain/entitlement_rows.hpp"
#include "entitlements/domain/fact.hpp"
#include "stripe/objects.hpp"

namespace tollgate::entitlements {

/// Throws std::runtime_error for a text that object_json.hpp did not write.
stripe::Object read_state(stripe::ObjectKind kind, const std::string& text);

/// Whether the event says something about an object.
bool tells(const EventRow& event);

/// The object that it tells about.
Key object_of(const EventRow& event);

/// Only of an event that tells.
Fact fact_of(const EventRow& event);

/// Whether an event is there more than once; sorted by key.
bool has_renderings(const std::vector<EventRow>& events);
/// Each event once: one that can be read before one that cannot, then the newest API version.
/// `events` are sorted by key, and so is the result.
std::vector<EventRow> newest_renderings(const std::vector<EventRow>& events);

/// From objects that name no customer, sorted; of every rendering, because an old one may name what
/// a new one leaves out.
std::vector<Link> links_of(const std::vector<EventRow>& events);

/// Whether a refund of this invoice takes back the subscription's period.
bool pays_for_a_period(const stripe::Invoice& invoice);

/// Keeps ObjectRow::pays_for and pays_since.
void note_payment(ObjectRow& row, const stripe::Object& object);

}  // namespace tollgate::entitlements
