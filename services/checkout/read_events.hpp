// SPDX-License-Identifier: Apache-2.0
// Records of stripe.events -> what checkout remembers of them. Most say nothing to it.
#pragma once

#include <span>

#include "checkout/domain/told.hpp"
#include "kafka/record.hpp"

namespace tollgate::checkout {

/// Of one's own account and the given mode. What cannot be read is passed over: entitlements, which
/// reads the same records, keeps and shows it.
Told read_events(std::span<const kafka::Record> records, bool livemode);

}  // namespace tollgate::checkout
