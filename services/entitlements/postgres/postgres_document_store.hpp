// SPDX-License-Identifier: Apache-2.0
// Ready documents out of PostgreSQL. Reads that arrive in one turn of the loop, or while every
// connection is busy, share one statement.
#pragma once

#include <boost/asio/io_context.hpp>

#include <cstddef>
#include <memory>

#include "entitlements/document_store.hpp"
#include "postgres/pool.hpp"

namespace tollgate::entitlements {

/// `pool` outlives the store; at most `statements_max` of its connections are used at once. All
/// members are for the io thread.
std::unique_ptr<DocumentStore> make_postgres_document_store(boost::asio::io_context& io,
                                                            postgres::Pool& pool,
                                                            std::size_t statements_max);

}  // namespace tollgate::entitlements
