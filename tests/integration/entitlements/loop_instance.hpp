// SPDX-License-Identifier: Apache-2.0
// A loop that writes documents without events, as one instance of the service runs it. Instances
// that read Kafka are asking_test_case.hpp's.
#pragma once

#include <memory>
#include <utility>

#include "base/metrics.hpp"
#include "entitlements/postgres/postgres_entitlements_store.hpp"
#include "tests/integration/entitlements/buyer.hpp"
#include "tests/integration/entitlements/clock.hpp"
#include "tests/integration/entitlements/writer.hpp"

namespace tollgate::tests {

/// Its clock stands an hour behind the stories of buyer.hpp until it is set.
template <class Loop>
struct LoopInstance {
  explicit LoopInstance(const MigratedSchema& database,
                        entitlements::Catalog its_catalog = development_catalog())
      : catalog(std::move(its_catalog)),
        store(entitlements::make_postgres_entitlements_store(database.schema().options())),
        loop(*store, catalog, clock, metrics) {}

  entitlements::Catalog catalog;
  MovableClock clock{Buyer::begun + 3600};
  Metrics metrics;
  std::unique_ptr<entitlements::EntitlementsStore> store;
  Loop loop;
};

}  // namespace tollgate::tests
