// SPDX-License-Identifier: Apache-2.0
// /v1/payment_pages: what the hosted Checkout page shows and does, as Stripe's own page and CLI ask
// for it. Stripe documents none of it, so clients other than the page must not count on its shape.
#pragma once

#include "stripe_simulator/api/operation.hpp"

namespace tollgate::simulator {

Operations payment_page_operations();

}  // namespace tollgate::simulator
