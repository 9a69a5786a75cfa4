// SPDX-License-Identifier: Apache-2.0
// A change of a subscription's plan worked out, not done: preview and change both ask here, so they
// agree to the cent. Doing it is subscription_changes.hpp's, showing it invoice_preview.hpp's.
#pragma once

#include <string_view>
#include <vector>

#include "stripe_simulator/api/api_error.hpp"
#include "stripe_simulator/billing/invoices.hpp"

namespace tollgate::simulator {

struct PlanChange {
  Json subscription;                  ///< as it will be
  std::vector<LineOrder> difference;  ///< credits and debits for the rest of the periods
  bool starts_period = false;         ///< a period begins now: another interval, an ended trial
};

/// `wanted` has the members `items`, `proration_date`, `billing_cycle_anchor` and `trial_end` of an
/// update; `place` is what stands before them in the names of faults, `subscription_details`.
Outcome<PlanChange> work_out_change(World& world, const Json& subscription, const Json& wanted,
                                    std::string_view place = {});

/// What is billed at once; nothing where all waits for the next invoice.
std::vector<LineOrder> lines_at_once(const PlanChange& change, std::string_view proration_behavior);
/// What waits for the next invoice.
std::vector<LineOrder> lines_for_later(const PlanChange& change,
                                       std::string_view proration_behavior);

/// What would be paid back for the items' unused time.
std::vector<LineOrder> credits_of(const World& world, const Json& subscription, std::int64_t at);

/// Every item whose period ends by `at` goes on to its next one.
void move_periods(Json& subscription, std::int64_t at);

}  // namespace tollgate::simulator
