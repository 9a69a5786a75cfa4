// SPDX-License-Identifier: Apache-2.0
// The floor under the projection: every event with all its columns, and the objects that they tell
// of, without anything decided, bound or derived. The projection itself is ApplyEvents.
#pragma once

#include <boost/json/object.hpp>

#include "load_generator/user_events.hpp"
#include "postgres/connection.hpp"

namespace tollgate::bench {

enum class Upserts {
  of_events,   ///< one an event
  of_objects,  ///< one an object of the batch, with its last state: nobody can do with less
};

/// In batches of the consumer's size, one transaction each. Only time inside the transactions is
/// reported: making the rows is not the floor's. The service's tables must be there and empty.
boost::json::object store_facts(postgres::Connection& connection, const UserEventsOptions& events,
                                Upserts upserts);

}  // namespace tollgate::bench
