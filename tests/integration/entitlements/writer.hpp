// SPDX-License-Identifier: Apache-2.0
// The writing half of the service on a schema of its own, fed with bodies instead of Kafka's
// records. Bodies come from buyer.hpp; the loop over Kafka is tested in events_consumer_test.cpp.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "base/metrics.hpp"
#include "entitlements/apply/apply_events.hpp"
#include "entitlements/domain/catalog.hpp"
#include "entitlements/domain/entitlements.hpp"
#include "tests/integration/postgres/database.hpp"

namespace tollgate::tests {

class FixedClock final : public Clock {
 public:
  explicit FixedClock(std::int64_t seconds) : now_(from_unix_seconds(seconds)) {}
  [[nodiscard]] Time now() const override { return now_; }

 private:
  Time now_;
};

/// deploy/catalog.yaml, test mode.
const entitlements::Catalog& development_catalog();

/// A schema with every table of the service.
class MigratedSchema {
 public:
  MigratedSchema();

  [[nodiscard]] const Schema& schema() const { return schema_; }
  /// One line a row, columns separated by `|`. Only for tests: takes any statement.
  std::vector<std::string> rows(const std::string& select);
  std::int64_t number(const std::string& select);
  /// What the read API would say.
  entitlements::Answer answer_of(const std::string& user_id);
  /// Everything that must not depend on the order of arrival.
  std::vector<std::string> outcome();
  void execute(const std::string& sql) { schema_.execute(sql); }

 private:
  Schema schema_;
  postgres::Connection connection_;
};

/// One instance of the service; several on one schema compete.
class Writer {
 public:
  static constexpr const char* topic = "stripe.events";

  explicit Writer(const MigratedSchema& database, std::int32_t partitions = 4);

  /// Appends the bodies to the partition and applies them as one batch.
  entitlements::Applied apply(const std::vector<std::string>& bodies, std::int32_t partition = 0);
  /// The same records again, as after a seek to an older place.
  entitlements::Applied apply_from(std::int64_t offset, const std::vector<std::string>& bodies,
                                   std::int32_t partition = 0);
  /// Reads the positions from the database, as after an assignment.
  void assign();

  Metrics metrics;

 private:
  FixedClock clock_;
  std::unique_ptr<entitlements::EntitlementsStore> store_;
  entitlements::ApplyEvents apply_events_;
  std::int32_t partitions_;
};

}  // namespace tollgate::tests
