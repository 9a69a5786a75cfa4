// SPDX-License-Identifier: Apache-2.0
// What a user was allowed over time, change by change, as it was served. Why, by the facts of a
// moment, is read_explanation.hpp's.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <string>

#include "base/result.hpp"
#include "entitlements/fact_store.hpp"
#include "entitlements/read/read_fault.hpp"
#include "entitlements/read/read_query.hpp"

namespace tollgate::entitlements {

/// One io thread. Everything it refers to outlives it.
class ReadHistory {
 public:
  explicit ReadHistory(FactStore& facts) : facts_(facts) {}

  /// JSON, newest first. Pages go on below a version, so changes meanwhile move nothing. Throws
  /// DocumentsUnavailable.
  boost::asio::awaitable<Result<std::string, ReadFault>> read(std::string user_id, PageQuery page);

 private:
  FactStore& facts_;
};

}  // namespace tollgate::entitlements
