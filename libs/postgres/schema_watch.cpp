// SPDX-License-Identifier: Apache-2.0
#include "postgres/schema_watch.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>

#include "base/log.hpp"
#include "postgres/fault.hpp"

namespace tollgate::postgres {
namespace {

// Whoever starts services and migrations at once waits for this; tables do not vanish by
// themselves.
constexpr std::chrono::milliseconds wait_while_missing{500};
constexpr std::chrono::milliseconds wait_while_fine{30'000};

constexpr Query find_table{"schema_find_table", R"(
select to_regclass('schema_migrations') is not null)"};
constexpr Query find_version{"schema_find_version", R"(
select coalesce(max(version), 0) from schema_migrations)"};

}  // namespace

std::string schema_fault(Connection& connection, const std::vector<Migration>& migrations) {
  const std::int64_t needed = migrations.empty() ? 0 : migrations.back().version;
  if (!connection.run(find_table).flag(0, 0)) return "the database has no tables: run migrate";
  const std::int64_t found = connection.run(find_version).integer(0, 0);
  if (found >= needed) return {};
  return "the database has migration " + std::to_string(found) + " of " + std::to_string(needed) +
         ": run migrate";
}

boost::asio::awaitable<void> SchemaWatch::run() {
  boost::asio::steady_timer timer{co_await boost::asio::this_coro::executor};
  while (true) {
    co_await look();
    timer.expires_after(fault_.empty() ? wait_while_fine : wait_while_missing);
    co_await timer.async_wait(boost::asio::use_awaitable);
  }
}

boost::asio::awaitable<void> SchemaWatch::look() {
  std::string found = fault_;
  auto work = [&](Connection& connection) { found = schema_fault(connection, migrations_); };
  try {
    co_await pool_.run(work);
  } catch (const std::exception& failure) {
    // A database that is away says nothing about its tables; the pool tells of it.
    log::debug("the schema cannot be looked at", {{"reason", reason_of(failure)}});
  }
  if (found == fault_) co_return;
  fault_ = std::move(found);
  if (fault_.empty()) {
    log::info("the database has the tables that are needed");
  } else {
    log::error("the database lacks tables", {{"reason", fault_}});
  }
}

}  // namespace tollgate::postgres
