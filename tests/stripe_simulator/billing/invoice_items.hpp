// SPDX-License-Identifier: Apache-2.0
// Invoice items: what a change of plan or a call owes, or is owed, until the next invoice takes it.
// The API's routes are invoice_item_operations.hpp's.
#pragma once

#include <string>
#include <vector>

#include "stripe_simulator/billing/invoices.hpp"

namespace tollgate::simulator {

struct InvoiceItemOrder {
  std::string customer;
  std::string subscription;  ///< empty: the customer's next invoice takes it, whatever it is for
  std::string invoice;       ///< the draft that has it as a line; empty: it waits
  LineOrder line;            ///< what it will be there
};

/// The id; invoiceitem.created.
std::string create_invoice_item(World& world, const InvoiceItemOrder& order);
/// The same for what a change of the subscription owes.
void create_proration(World& world, const std::string& subscription, const LineOrder& line);

/// The `pricing` of an item of that price.
Json pricing_of(const Json& price);

LineOrder line_of_item(const World& world, const Json& item);

/// The items that are on no invoice yet and that the subscription's next one takes, as lines.
std::vector<LineOrder> pending_lines(const World& world, const std::string& subscription);
/// Those of them that belong to no subscription.
std::vector<LineOrder> pending_lines_of_customer(const World& world, const std::string& customer,
                                                 const Json& currency);
/// Those of the lines that are items are on that invoice now.
void place_items(World& world, const std::vector<LineOrder>& lines, const std::string& invoice);

}  // namespace tollgate::simulator
