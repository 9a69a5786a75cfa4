// SPDX-License-Identifier: Apache-2.0
// Every subscription that Stripe told of, for operators. What a user may use is
// read_entitlements.hpp's.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <string>

#include "base/result.hpp"
#include "entitlements/fact_store.hpp"
#include "entitlements/read/read_fault.hpp"
#include "entitlements/read/read_query.hpp"

namespace tollgate::entitlements {

/// One io thread. Everything it refers to outlives it.
class ReadSubscriptions {
 public:
  explicit ReadSubscriptions(FactStore& facts) : facts_(facts) {}

  /// JSON, newest first by their creation at Stripe, which never changes: pages are stable. Throws
  /// DocumentsUnavailable.
  boost::asio::awaitable<Result<std::string, ReadFault>> read(ListQuery query);

 private:
  FactStore& facts_;
};

}  // namespace tollgate::entitlements
