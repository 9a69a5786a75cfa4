// SPDX-License-Identifier: Apache-2.0
// /v1/customers, and what other objects ask of a customer.
#pragma once

#include "stripe_simulator/api/operation.hpp"

namespace tollgate::simulator {

Operations customer_operations();

/// Ends its subscriptions and leaves a stub, as `DELETE /v1/customers/{id}` does.
Json delete_customer(World& world, const std::string& id);

/// For Checkout, which makes customers by itself; `parameters` as for POST /v1/customers.
Outcome<Json> create_customer(World& world, const Json& parameters);

}  // namespace tollgate::simulator
