// SPDX-License-Identifier: Apache-2.0
// doubles_store.hpp over PostgreSQL.
#pragma once

#include <memory>

#include "checkout/doubles_store.hpp"
#include "postgres/pool.hpp"

namespace tollgate::checkout {

/// `pool` outlives it.
std::unique_ptr<DoublesStore> make_postgres_doubles_store(postgres::Pool& pool);

}  // namespace tollgate::checkout
