// SPDX-License-Identifier: Apache-2.0
// Records that could not become facts, with the reason, for operators. What could be read but
// belongs to nobody is read_orphans.hpp's.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <string>

#include "base/result.hpp"
#include "entitlements/fact_store.hpp"
#include "entitlements/read/read_fault.hpp"
#include "entitlements/read/read_query.hpp"

namespace tollgate::entitlements {

/// One io thread. Everything it refers to outlives it.
class ReadDeadLetters {
 public:
  explicit ReadDeadLetters(FactStore& facts) : facts_(facts) {}

  /// JSON, the latest set aside first. Throws DocumentsUnavailable.
  boost::asio::awaitable<Result<std::string, ReadFault>> read(LettersQuery query);

 private:
  FactStore& facts_;
};

}  // namespace tollgate::entitlements
