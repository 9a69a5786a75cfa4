// SPDX-License-Identifier: Apache-2.0
// What counts for nobody: bought without a user's name, or named for two, for operators to settle.
// Bytes that could not be read at all are read_dead_letters.hpp's.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <string>

#include "base/result.hpp"
#include "entitlements/fact_store.hpp"
#include "entitlements/read/read_fault.hpp"
#include "entitlements/read/read_query.hpp"

namespace tollgate::entitlements {

/// One io thread. Everything it refers to outlives it.
class ReadOrphans {
 public:
  explicit ReadOrphans(FactStore& facts) : facts_(facts) {}

  /// JSON, newest first by their creation at Stripe; conflicts with all users named. Throws
  /// DocumentsUnavailable.
  boost::asio::awaitable<Result<std::string, ReadFault>> read(ListQuery query);

 private:
  FactStore& facts_;
};

}  // namespace tollgate::entitlements
