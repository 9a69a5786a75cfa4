// SPDX-License-Identifier: Apache-2.0
// /v1/invoiceitems. What becomes of items is invoice_items.hpp's.
#pragma once

#include "stripe_simulator/api/operation.hpp"

namespace tollgate::simulator {

Operations invoice_item_operations();

}  // namespace tollgate::simulator
