// SPDX-License-Identifier: Apache-2.0
// /v1/billing_portal: sessions of the customer portal and its configurations. The page itself is
// not here: a session's `url` leads to it.
#pragma once

#include "stripe_simulator/api/operation.hpp"

namespace tollgate::simulator {

Operations billing_portal_operations();

}  // namespace tollgate::simulator
