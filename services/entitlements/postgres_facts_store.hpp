// SPDX-License-Identifier: Apache-2.0
// The table events, walked along its index by object. The writers' side is postgres_events.hpp.
#pragma once

#include <memory>

#include "facts_store.hpp"
#include "postgres/connection.hpp"

namespace tollgate::entitlements {

std::unique_ptr<FactsStore> make_postgres_facts_store(postgres::ConnectionOptions options);

}  // namespace tollgate::entitlements
