// SPDX-License-Identifier: Apache-2.0
// The status of an object in the words of Stripe's own fields, for the answers of reads. What a
// status means in the object's life is snapshot.hpp's.
#pragma once

#include <string_view>

#include "entitlements/json/writer_json.hpp"

namespace tollgate::entitlements {

/// `status` as Stage::status has it: of a completed Checkout session it holds two of Stripe's
/// fields, which become the members `status` and `payment_status`. Null where there is none.
void write_status(JsonWriter& writer, std::string_view status);

}  // namespace tollgate::entitlements
