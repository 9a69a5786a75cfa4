// SPDX-License-Identifier: Apache-2.0
#include "postgres/migrator.hpp"

#include <algorithm>
#include <stdexcept>

#include "postgres/transaction.hpp"

namespace tollgate::postgres {
namespace {

// Advisory locks are numbers shared by everybody in a database; this one is "tollgate" in ASCII.
// Waiting for another process's migrations may take longer than any statement of a service.
constexpr const char* take_lock = R"(
set local lock_timeout = '10min';
set local statement_timeout = 0;
select pg_advisory_xact_lock(8389772277108765797);
create table if not exists schema_migrations (
  version integer primary key,
  name text not null,
  checksum text not null,
  applied_at timestamptz not null default now()
);)";

// PostgreSQL computes the checksums, so that this library needs no cryptography of its own.
constexpr Query find_applied{"migrator_find_applied", R"(
select version, name, checksum = encode(sha256(convert_to($2, 'UTF8')), 'hex')
from schema_migrations where version = $1::integer)"};
constexpr Query find_newest{"migrator_find_newest", R"(
select version, name from schema_migrations order by version desc limit 1)"};
constexpr Query remember{"migrator_remember", R"(
insert into schema_migrations (version, name, checksum)
values ($1::integer, $2, encode(sha256(convert_to($3, 'UTF8')), 'hex')))"};

void refuse_newer_database(Transaction& transaction, const std::vector<Migration>& migrations) {
  const Rows newest = transaction.run(find_newest);
  if (newest.empty()) return;
  const int known = migrations.empty() ? 0 : migrations.back().version;
  if (newest.integer(0, 0) > known) {
    throw std::runtime_error("the database is newer than this program: it has migration " +
                             std::string{newest.text(0, 1)});
  }
}

bool is_applied(Transaction& transaction, const Migration& migration) {
  const Rows applied = transaction.run(find_applied, migration.version, migration.sql);
  if (applied.empty()) return false;
  if (!applied.flag(0, 2)) {
    throw std::runtime_error("migration " + migration.name +
                             " has changed since it was applied: add a new one instead");
  }
  return true;
}

bool apply(Connection& connection, const std::vector<Migration>& migrations,
           const Migration& migration) {
  Transaction transaction{connection};
  transaction.run_script(take_lock);
  refuse_newer_database(transaction, migrations);
  if (is_applied(transaction, migration)) return false;
  transaction.run_script(migration.sql);
  transaction.run(remember, migration.version, migration.name, migration.sql);
  transaction.commit();
  return true;
}

}  // namespace

std::vector<std::string> migrate(Connection& connection, const std::vector<Migration>& migrations) {
  std::vector<std::string> applied;
  for (const Migration& migration : migrations) {
    if (apply(connection, migrations, migration)) applied.push_back(migration.name);
  }
  return applied;
}

}  // namespace tollgate::postgres
