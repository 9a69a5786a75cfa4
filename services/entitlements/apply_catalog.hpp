// SPDX-License-Identifier: Apache-2.0
// Makes this instance's catalogue law: registers its revision, then derives all users by it anew in
// batches. Progress stands in the database, so that any instance goes on where another ended.
#pragma once

#include <chrono>

#include "base/clock.hpp"
#include "base/metrics.hpp"
#include "entitlements/domain/catalog.hpp"
#include "entitlements/entitlements_store.hpp"

namespace tollgate::entitlements {

/// One thread; several instances take turns. Everything it refers to outlives it.
class ApplyCatalog {
 public:
  static constexpr std::size_t users_of_batch_max = 500;

  ApplyCatalog(EntitlementsStore& store, const Catalog& catalog, const Clock& clock,
               Metrics& metrics);

  /// One transaction at most; returns how long to wait before the next. Throws StoreAway, also when
  /// an instance with a newer catalogue has begun to write.
  std::chrono::milliseconds run_once();

 private:
  bool register_revision();
  std::chrono::milliseconds apply_batch();
  void note_batch(std::size_t users, std::size_t changed);

  EntitlementsStore& store_;
  const Catalog& catalog_;
  const Clock& clock_;
  Counter& changed_;
  Gauge& behind_;
  Gauge& users_done_;
  bool has_begun_ = false;
  std::size_t users_since_log_ = 0;
};

}  // namespace tollgate::entitlements
