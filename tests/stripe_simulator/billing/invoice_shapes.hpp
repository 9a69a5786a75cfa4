// SPDX-License-Identifier: Apache-2.0
// What a new invoice, its lines and its payment look like. What becomes of them is invoices.hpp's.
#pragma once

#include "stripe_simulator/billing/invoices.hpp"

namespace tollgate::simulator {

Json draft_invoice_shape(World& world, const InvoiceOrder& order, const std::string& id);

/// A draft's lines change, and its sums with them.
void add_line(World& world, Json& invoice, const LineOrder& line);
void remove_line_of(const World& world, Json& invoice, const std::string& item);

/// An open invoice_payment over the whole amount due.
Json invoice_payment_shape(World& world, const Json& invoice, const std::string& intent);

}  // namespace tollgate::simulator
