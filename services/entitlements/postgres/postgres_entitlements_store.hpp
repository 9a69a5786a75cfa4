// SPDX-License-Identifier: Apache-2.0
// The facts and documents in PostgreSQL. The statements are in postgres_events, _objects, _owners,
// _documents and _offsets, by table.
#pragma once

#include <memory>

#include "entitlements/entitlements_store.hpp"
#include "postgres/connection.hpp"
#include "postgres/transaction.hpp"

namespace tollgate::entitlements {

/// One connection, made on first use, for the thread that calls it.
std::unique_ptr<EntitlementsStore> make_postgres_entitlements_store(
    postgres::ConnectionOptions options);

/// The writers' statements inside a transaction that is somebody else's, and which he ends.
std::unique_ptr<EntitlementsTransaction> make_postgres_transaction(
    postgres::Transaction& transaction);

}  // namespace tollgate::entitlements
