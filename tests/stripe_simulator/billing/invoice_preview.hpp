// SPDX-License-Identifier: Apache-2.0
// POST /v1/invoices/create_preview: the invoice to come, as it is or after a change that is only
// asked about. Nothing of it is kept.
#pragma once

#include "stripe_simulator/api/operation.hpp"

namespace tollgate::simulator {

Operations invoice_preview_operations();

/// The invoice of the subscription's next renewal, as `invoice.upcoming` shows it.
Json upcoming_invoice(World& world, const Json& subscription);

}  // namespace tollgate::simulator
