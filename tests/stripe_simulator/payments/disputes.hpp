// SPDX-License-Identifier: Apache-2.0
// /v1/disputes, and what the buyer's bank does, which no API call does: open and close.
#pragma once

#include "stripe_simulator/api/operation.hpp"

namespace tollgate::simulator {

Operations dispute_operations();

enum class DisputeKind { chargeback, inquiry };  ///< an inquiry moves no money

/// The id; charge.dispute.created, and .funds_withdrawn for a chargeback.
Outcome<std::string> open_dispute(World& world, const std::string& intent, std::string_view reason,
                                  DisputeKind kind);
/// `won`, `lost`, `under_review` or `warning_closed`; 400 for what it cannot become.
Outcome<Json> close_dispute(World& world, const std::string& dispute, const std::string& status);

}  // namespace tollgate::simulator
