// SPDX-License-Identifier: Apache-2.0
// The facts as the pruner walks them, object by object. Who adds facts uses entitlements_store.hpp.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "entitlements/domain/entitlement_rows.hpp"

namespace tollgate::entitlements {

struct ObjectsPage {
  std::vector<Key> objects;  ///< with several facts older than the horizon
  Key last;                  ///< the page ends with it
  bool is_last = false;      ///< no object is behind it
};

/// One thread. Any member may throw StoreAway or StoreConflict of entitlements_store.hpp.
class PruneStore {
 public:
  virtual ~PruneStore() = default;

  /// Whether this instance prunes: it is enough that one does.
  virtual bool take_turn() = 0;

  /// Looks at about `facts_max` facts of the objects behind `after`; the empty key: from the first.
  virtual ObjectsPage next_objects(const Key& after, Time horizon, std::size_t facts_max) = 0;
  /// Every event with a kind that names one of the objects.
  virtual std::vector<EventRow> find_events(std::span<const Key> object_ids) = 0;
  virtual void remove(std::span<const Key> events) = 0;
};

}  // namespace tollgate::entitlements
