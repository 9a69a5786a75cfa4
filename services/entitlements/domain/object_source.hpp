// SPDX-License-Identifier: Apache-2.0
// Where the walk over a user's objects reads them: as they are now, or as they were at an earlier
// time. What else writers and readers ask is in entitlements_store.hpp and fact_store.hpp.
#pragma once

#include <span>
#include <vector>

#include "entitlements/domain/entitlement_rows.hpp"

namespace tollgate::entitlements {

class ObjectSource {
 public:
  virtual ~ObjectSource() = default;

  /// Those that there are, in any order.
  virtual std::vector<ObjectRow> find_objects(std::span<const Key> ids) = 0;
  /// Customers, subscriptions, Checkout sessions, refunds and disputes of the owners.
  virtual std::vector<ObjectRow> find_objects_of(std::span<const Key> owners) = 0;
  /// Of each subscription the latest paid invoice for a period.
  virtual std::vector<ObjectRow> find_paying_invoices(std::span<const Key> subscriptions) = 0;
  /// Invoice payments of the invoices.
  virtual std::vector<ObjectRow> find_payments_of(std::span<const Key> invoices) = 0;
};

}  // namespace tollgate::entitlements
