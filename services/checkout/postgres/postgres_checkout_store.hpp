// SPDX-License-Identifier: Apache-2.0
// checkout_store.hpp over PostgreSQL.
#pragma once

#include <memory>

#include "checkout/checkout_store.hpp"
#include "postgres/pool.hpp"

namespace tollgate::checkout {

/// `pool` outlives it.
std::unique_ptr<CheckoutStore> make_postgres_checkout_store(postgres::Pool& pool);

}  // namespace tollgate::checkout
