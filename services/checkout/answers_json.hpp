// SPDX-License-Identifier: Apache-2.0
// The bodies that checkout answers with; their contract is proto/http/checkout.yaml. What Stripe
// answers is read by stripe_json.hpp.
#pragma once

#include <string>

#include "checkout/catalog.hpp"

namespace tollgate::checkout {

/// Every plan, the default one too, lowest rank first.
std::string plans_json(const Catalog& catalog);

}  // namespace tollgate::checkout
