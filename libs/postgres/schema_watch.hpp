// SPDX-License-Identifier: Apache-2.0
// Looks now and then whether the database has the tables that this program needs, for /readyz. The
// program that brings them is `<service> migrate`; see migrator.hpp.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <string>
#include <vector>

#include "postgres/migrator.hpp"
#include "postgres/pool.hpp"

namespace tollgate::postgres {

/// Empty when every migration was applied; a newer database is fine, as while instances are being
/// replaced. Throws what the connection throws.
std::string schema_fault(Connection& connection, const std::vector<Migration>& migrations);

/// All members are for the io thread; `pool` and `migrations` outlive it.
class SchemaWatch {
 public:
  SchemaWatch(Pool& pool, const std::vector<Migration>& migrations)
      : pool_(pool), migrations_(migrations) {}

  /// Never ends; it goes with its io_context.
  boost::asio::awaitable<void> run();

  /// Empty, or what is missing, as of the last time that the database answered.
  [[nodiscard]] const std::string& fault() const { return fault_; }

 private:
  boost::asio::awaitable<void> look();

  Pool& pool_;
  const std::vector<Migration>& migrations_;
  std::string fault_ = "not looked at yet";
};

}  // namespace tollgate::postgres
