// SPDX-License-Identifier: Apache-2.0
// A rebuild inside one REPEATABLE READ transaction: its snapshot is the moment, and the schema that
// holds the shadow is never committed, so that whatever happens nothing of it remains.
#pragma once

#include <memory>

#include "entitlements/rebuild_store.hpp"
#include "postgres/connection.hpp"

namespace tollgate::entitlements {

/// The role must be allowed to create a schema in its database.
std::unique_ptr<RebuildStore> make_postgres_rebuild_store(postgres::ConnectionOptions options);

}  // namespace tollgate::entitlements
