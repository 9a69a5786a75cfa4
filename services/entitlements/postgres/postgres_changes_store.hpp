// SPDX-License-Identifier: Apache-2.0
// The published versions in user_entitlements, and the advisory lock that elects the publisher. The
// lock is the session's: a pooler that shares sessions between clients must not stand in between.
#pragma once

#include <memory>

#include "entitlements/changes_store.hpp"
#include "postgres/connection.hpp"

namespace tollgate::entitlements {

/// With `options.idle_session_timeout` the database ends the session, and so the lead, of an
/// instance that froze.
std::unique_ptr<ChangesStore> make_postgres_changes_store(postgres::ConnectionOptions options);

}  // namespace tollgate::entitlements
