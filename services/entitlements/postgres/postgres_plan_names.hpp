// SPDX-License-Identifier: Apache-2.0
// The table catalog_plan_names: the part of the catalogue that the views for people need.
#pragma once

#include <cstdint>
#include <span>

#include "entitlements/domain/entitlement_rows.hpp"
#include "postgres/connection.hpp"

namespace tollgate::entitlements {

/// Does nothing when names of a newer revision are there.
void replace_plan_names(postgres::Connection& connection, std::int64_t revision,
                        std::span<const PlanName> names);

}  // namespace tollgate::entitlements
