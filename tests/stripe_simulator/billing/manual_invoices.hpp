// SPDX-License-Identifier: Apache-2.0
// Invoices that a call makes, sends or deletes. What every invoice goes through is invoices.hpp's,
// the API's other routes are invoice_operations.hpp's.
#pragma once

#include "stripe_simulator/api/operation.hpp"

namespace tollgate::simulator {

Operations manual_invoice_operations();

/// A draft or open invoice with `auto_advance` goes on by itself an hour later; without it, waits.
void plan_advance(World& world, const std::string& invoice);

}  // namespace tollgate::simulator
