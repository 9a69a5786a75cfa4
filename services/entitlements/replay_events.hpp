// SPDX-License-Identifier: Apache-2.0
// Reads again the bodies that the topic still holds, after a fix of the normaliser: what is read
// otherwise today replaces what is stored, and all that follows from it. No fact is ever deleted,
// and offsets stay where they are: the service may run meanwhile, and twice is as good as once.
#pragma once

#include <cstdint>
#include <ostream>
#include <span>
#include <string>

#include "base/clock.hpp"
#include "base/progress.hpp"
#include "entitlements/apply/apply_facts.hpp"
#include "entitlements/apply/read_records.hpp"
#include "entitlements/domain/catalog.hpp"
#include "entitlements/entitlements_store.hpp"
#include "entitlements/wait_for_database.hpp"
#include "kafka/consumer.hpp"

namespace tollgate::entitlements {

struct ReplayReport {
  std::int64_t records = 0;
  std::int64_t facts_changed = 0;      ///< new, or read otherwise than before
  std::int64_t documents_changed = 0;  ///< users
  std::int64_t unreadable = 0;         ///< records that stay dead letters
  std::int64_t refused = 0;            ///< by the database; they stay as they were
};

/// For people.
void write_report(std::ostream& out, const ReplayReport& report);

/// One thread, once. Everything it refers to outlives it.
class ReplayEvents {
 public:
  static constexpr std::size_t records_of_batch_max = 1'000;

  ReplayEvents(EntitlementsStore& store, const Catalog& catalog, const Clock& clock,
               std::string topic, Patience patience = {});

  /// From where the consumer begins until it has reached the end of every partition. `expected`:
  /// the number of records, for the progress. Throws StoreAway when the database is away for
  /// longer than the patience, and std::runtime_error when Kafka is silent for long.
  ReplayReport run(kafka::Consumer& consumer, std::int64_t expected, std::ostream& progress,
                   Display display);

 private:
  using Records = std::span<const kafka::Record>;
  void apply(Records records, RunAgain& run_again);
  void apply_halves(Records records, RunAgain& run_again);
  void transact(const BatchContent& content);

  EntitlementsStore& store_;
  const Catalog& catalog_;
  const Clock& clock_;
  const std::string topic_;
  const Patience patience_;
  RecordReader reader_;
  ReplayReport report_;
};

}  // namespace tollgate::entitlements
