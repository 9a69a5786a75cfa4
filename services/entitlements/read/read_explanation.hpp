// SPDX-License-Identifier: Apache-2.0
// Why may a user use what he may: now, or at a past time by Stripe's clock. What was served then is
// in his history (read_history.hpp).
#pragma once

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "entitlements/domain/catalog.hpp"
#include "entitlements/domain/explanation.hpp"
#include "entitlements/fact_store.hpp"
#include "entitlements/read/read_fault.hpp"

namespace tollgate::entitlements {

/// Nothing: more facts than one question may read. `at`: only what Stripe had said by then counts;
/// without it everything does, and `now` decides what is over.
std::optional<Explanation> explain(FactReader& reader, const Catalog& catalog,
                                   const std::string& user_id, std::optional<Time> at, Time now);

/// One io thread. Everything it refers to outlives it.
class ReadExplanation {
 public:
  /// `retention`: how long superseded facts are kept.
  ReadExplanation(FactStore& facts, const Catalog& catalog, const Clock& clock,
                  std::chrono::seconds retention);

  /// JSON. A time to come is answered by what is known, as if nothing happened until then. Throws
  /// DocumentsUnavailable.
  boost::asio::awaitable<Result<std::string, ReadFault>> read(std::string user_id,
                                                              std::optional<Time> at);

 private:
  FactStore& facts_;
  const Catalog& catalog_;
  const Clock& clock_;
  const std::chrono::seconds retention_;
};

}  // namespace tollgate::entitlements
