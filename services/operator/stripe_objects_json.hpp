// SPDX-License-Identifier: Apache-2.0
// Reads the objects of stripe_objects.hpp from their JSON. Events that Stripe pushes are read by
// libs/stripe.
#pragma once

#include <string_view>

#include "operator/stripe_objects.hpp"

namespace tollgate::operations {

/// `json` is well-formed; members that are missing or of a wrong type stay as above.
FoundProduct read_product(std::string_view json);
FoundPrice read_price(std::string_view json);
FoundEndpoint read_endpoint(std::string_view json);
FoundCustomer read_customer(std::string_view json);

}  // namespace tollgate::operations
