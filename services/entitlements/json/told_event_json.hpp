// SPDX-License-Identifier: Apache-2.0
// The members by which an answer points at an event: its id and where its record lies.
#pragma once

#include "entitlements/domain/shown_rows.hpp"
#include "entitlements/json/writer_json.hpp"

namespace tollgate::entitlements {

/// Members of the object that is open.
void write_event(JsonWriter& writer, const ToldEvent& event);

}  // namespace tollgate::entitlements
