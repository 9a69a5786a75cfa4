// SPDX-License-Identifier: Apache-2.0
// The table events, walked along its index by object. The writers' side is postgres_events.hpp.
#pragma once

#include <memory>

#include "entitlements/prune_store.hpp"
#include "postgres/connection.hpp"

namespace tollgate::entitlements {

std::unique_ptr<PruneStore> make_postgres_prune_store(postgres::ConnectionOptions options);

}  // namespace tollgate::entitlements
