// SPDX-License-Identifier: Apache-2.0
// The files of migrations/, compiled in. Their definition is made by tollgate_embed_migrations.
#pragma once

#include <vector>

#include "postgres/migrator.hpp"

namespace tollgate::checkout {

const std::vector<postgres::Migration>& migrations();

}  // namespace tollgate::checkout
