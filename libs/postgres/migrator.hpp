// SPDX-License-Identifier: Apache-2.0
// Brings a database to the newest schema: numbered SQL files, each once, in one transaction each.
#pragma once

#include <string>
#include <vector>

#include "postgres/connection.hpp"

namespace tollgate::postgres {

/// A file `NNNN_name.sql` of a service's migrations/, compiled in by tollgate_embed_migrations.
struct Migration {
  int version = 0;
  std::string name;
  std::string sql;
};

/// Runs what is missing, under an advisory lock, so that two processes may start at once. Returns
/// the names of the migrations it ran. Throws std::runtime_error when an applied file's checksum
/// (SHA-256 over its text, kept in `schema_migrations`) differs from today's file, or when the
/// database is newer than this program.
std::vector<std::string> migrate(Connection& connection, const std::vector<Migration>& migrations);

}  // namespace tollgate::postgres
