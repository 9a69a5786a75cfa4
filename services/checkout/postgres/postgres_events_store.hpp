// SPDX-License-Identifier: Apache-2.0
// events_store.hpp over PostgreSQL.
#pragma once

#include <memory>

#include "checkout/events_store.hpp"
#include "postgres/connection.hpp"

namespace tollgate::checkout {

std::unique_ptr<EventsStore> make_postgres_events_store(postgres::ConnectionOptions options);

}  // namespace tollgate::checkout
