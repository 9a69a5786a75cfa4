// SPDX-License-Identifier: Apache-2.0
// The writer's use case: a batch of records becomes facts, bindings and documents in one
// transaction that also moves the offset. The loop around it is events_consumer.hpp's.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/metrics.hpp"
#include "entitlements/apply/apply_facts.hpp"
#include "entitlements/apply/read_records.hpp"
#include "entitlements/domain/catalog.hpp"
#include "entitlements/domain/derive.hpp"
#include "entitlements/domain/untested_versions.hpp"
#include "entitlements/entitlements_store.hpp"
#include "kafka/consumer.hpp"

namespace tollgate::entitlements {

enum class Applied {
  all,   ///< everything is committed
  lost,  ///< another writer was there first: read on from positions()
};

/// One thread. Everything it refers to outlives it.
class ApplyEvents {
 public:
  ApplyEvents(EntitlementsStore& store, const Catalog& catalog, const Clock& clock,
              Metrics& metrics, std::string topic);

  /// Looks up where to read on in partitions that are ours from now on. Throws StoreAway.
  std::vector<kafka::PartitionOffset> begin_partitions(std::span<const std::int32_t> partitions);
  void end_partitions(std::span<const std::int32_t> partitions);

  /// Where every partition of ours is to be read on.
  [[nodiscard]] std::vector<kafka::PartitionOffset> positions() const;

  /// Records of partitions that are ours, in their order. What cannot be stored is halved until the
  /// culprit stands alone and becomes a dead letter; what takes too long is halved, too. Throws
  /// StoreAway: nothing, or only a first part, has happened; read on from positions() when it is
  /// over.
  Applied apply(std::span<const kafka::Record> records);
  /// The same; `content` is what a RecordReader made of the records.
  Applied apply(std::span<const kafka::Record> records, const BatchContent& content);

 private:
  using Records = std::span<const kafka::Record>;

  Applied apply_part(Records records);
  Applied apply_part(Records records, const BatchContent& content);
  Applied halve(Records records);
  Applied bury(Records records, const std::string& reason);
  Applied transact(Records records, const BatchContent& content);
  Applied settle_doubt(Records records);
  std::vector<Advance> advances_of(Records records) const;
  void note_alerts(const std::vector<Alert>& alerts);
  void note_applied(const BatchContent& content, const AppliedFacts& facts, Time now);
  void look_up_positions();

  EntitlementsStore& store_;
  const Catalog& catalog_;
  const Clock& clock_;
  const std::string topic_;
  RecordReader reader_;  ///< of halves, and of batches that nobody read before
  bool plan_names_kept_ = false;
  std::map<std::int32_t, std::int64_t> next_;  ///< offset by partition of ours, as committed
  CounterByLabel events_;
  UntestedVersions untested_versions_;
  Counter& documents_;
  CounterByLabel alerts_;
  Counter& conflicts_;
  Histogram& batch_seconds_;
  Histogram& age_;
};

}  // namespace tollgate::entitlements
