// SPDX-License-Identifier: Apache-2.0
// Removes snapshots that others have superseded once they are older than FACTS_RETENTION_DAYS, in
// small batches. Which those are decides superseded.hpp; dead letters and links stay.
#pragma once

#include <chrono>

#include "base/clock.hpp"
#include "base/metrics.hpp"
#include "entitlements/prune_store.hpp"

namespace tollgate::entitlements {

/// One thread; of several instances one prunes. Everything it refers to outlives it.
class PruneFacts {
 public:
  static constexpr std::size_t facts_of_page = 5'000;

  PruneFacts(PruneStore& store, const Clock& clock, Metrics& metrics, std::chrono::days retention);

  /// One page of objects; returns how long to wait before the next. Throws StoreAway.
  std::chrono::milliseconds run_once();

 private:
  std::size_t prune(const std::vector<Key>& objects, Time horizon);

  PruneStore& store_;
  const Clock& clock_;
  const std::chrono::days retention_;
  Counter& pruned_;
  Key after_;
  std::size_t pruned_in_pass_ = 0;
};

}  // namespace tollgate::entitlements
