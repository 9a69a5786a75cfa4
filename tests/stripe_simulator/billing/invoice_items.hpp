// SPDX-License-Identifier: Apache-2.0
// /v1/invoiceitems: what a change of plan owes or is owed until the next invoice takes it.
#pragma once

#include <string>
#include <vector>

#include "stripe_simulator/api/operation.hpp"
#include "stripe_simulator/billing/invoices.hpp"

namespace tollgate::simulator {

Operations invoice_item_operations();

/// invoiceitem.created; `line` is what it will be on the invoice.
void create_invoice_item(World& world, const std::string& subscription, const LineOrder& line);

/// The items of the subscription that are on no invoice yet, as lines.
std::vector<LineOrder> pending_lines(const World& world, const std::string& subscription);
/// Those of the lines that are items are on that invoice now.
void place_items(World& world, const std::vector<LineOrder>& lines, const std::string& invoice);

}  // namespace tollgate::simulator
