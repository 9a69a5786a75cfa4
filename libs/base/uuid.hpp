// SPDX-License-Identifier: Apache-2.0
// UUID version 7 (RFC 9562 section 5.7): our own ids, sortable by the time of their making.
// Stripe's objects keep Stripe's ids.
#pragma once

#include <string>

#include "base/clock.hpp"

namespace tollgate {

/// Any thread. Unique, not unguessable: a generator seeded by the operating system fills the rest.
std::string make_uuid_v7(Time now);

}  // namespace tollgate
