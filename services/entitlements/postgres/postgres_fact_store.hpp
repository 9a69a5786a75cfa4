// SPDX-License-Identifier: Apache-2.0
// What readers ask about facts, out of PostgreSQL: each piece of work sees one snapshot. Ready
// documents come from postgres_document_store.hpp.
#pragma once

#include <boost/asio/io_context.hpp>

#include <cstddef>
#include <memory>

#include "entitlements/fact_store.hpp"
#include "postgres/connection.hpp"

namespace tollgate::entitlements {

/// With `readers` connections of its own: questions about facts take longer than look-ups, which
/// must not wait for them.
std::unique_ptr<FactStore> make_postgres_fact_store(boost::asio::io_context& io,
                                                    postgres::ConnectionOptions database,
                                                    std::size_t readers);

}  // namespace tollgate::entitlements
