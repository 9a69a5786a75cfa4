// SPDX-License-Identifier: Apache-2.0
// Turns the end of a grant into a line of history and a document of a new version, so that the
// change is published. Reads do not need it: for them `now` decides.
#pragma once

#include <chrono>

#include "base/clock.hpp"
#include "base/metrics.hpp"
#include "entitlements/domain/catalog.hpp"
#include "entitlements/entitlements_store.hpp"

namespace tollgate::entitlements {

/// One thread; several instances share the work. Everything it refers to outlives it.
class LapseEntitlements {
 public:
  static constexpr std::size_t users_of_batch_max = 500;
  /// A document written meanwhile may end earlier than all that were known: look again after this.
  static constexpr std::chrono::milliseconds wait_max{2'000};

  LapseEntitlements(EntitlementsStore& store, const Catalog& catalog, const Clock& clock,
                    Metrics& metrics);

  /// One transaction at most; returns how long nothing will be due. Throws StoreAway.
  std::chrono::milliseconds run_once();

 private:
  std::size_t lapse_batch(Time now);
  [[nodiscard]] std::chrono::milliseconds wait_until_next(Time now);

  EntitlementsStore& store_;
  const Catalog& catalog_;
  const Clock& clock_;
  Counter& lapsed_;
};

}  // namespace tollgate::entitlements
