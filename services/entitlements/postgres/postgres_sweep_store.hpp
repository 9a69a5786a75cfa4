// SPDX-License-Identifier: Apache-2.0
// The sweep's progress in PostgreSQL.
#pragma once

#include <memory>

#include "entitlements/sweep_store.hpp"
#include "postgres/connection.hpp"

namespace tollgate::entitlements {

/// Connects when it is first used, and again after a failure.
std::unique_ptr<SweepStore> make_postgres_sweep_store(postgres::ConnectionOptions options);

}  // namespace tollgate::entitlements
