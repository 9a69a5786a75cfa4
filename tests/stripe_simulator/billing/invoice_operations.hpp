// SPDX-License-Identifier: Apache-2.0
// /v1/invoices and /v1/invoice_payments.
#pragma once

#include "stripe_simulator/api/operation.hpp"

namespace tollgate::simulator {

Operations invoice_operations();

}  // namespace tollgate::simulator
