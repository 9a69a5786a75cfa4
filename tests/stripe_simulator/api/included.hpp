// SPDX-License-Identifier: Apache-2.0
// Members that objects show only on request, by `expand[]`: line items of sessions, payments of
// invoices. Members that are there as ids are expand.hpp's.
#pragma once

#include <optional>
#include <string_view>

#include "stripe_simulator/world/world.hpp"

namespace tollgate::simulator {

/// Nothing when objects of that kind have no such member.
std::optional<Json> include(const World& world, const Json& object, std::string_view member);

}  // namespace tollgate::simulator
