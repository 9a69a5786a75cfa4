// SPDX-License-Identifier: Apache-2.0
// Publishes the current document of every user whose version is newer than the published one, as
// proto/events/entitlements_changed.proto. Versions in between are skipped: states are whole.
//
// One instance leads, elected by a lock of the database. A leader that froze loses the lock; the
// next one begins with init() of the same transactional id, which fences it: if it wakes up inside
// a transaction, its commit fails, and readers (read_committed) never see an older state after a
// newer one.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/metrics.hpp"
#include "entitlements/changes_store.hpp"
#include "kafka/transactional_producer.hpp"

namespace tollgate::entitlements {

/// One thread. Everything it refers to outlives it.
class PublishChanges {
 public:
  using MakeProducer = std::function<std::unique_ptr<kafka::TransactionalProducer>()>;
  static constexpr std::size_t users_of_batch_max = 500;

  PublishChanges(ChangesStore& store, MakeProducer make_producer, const Clock& clock,
                 Metrics& metrics, std::string topic);

  /// One transaction at most; returns how long to wait before the next. Throws StoreAway, and
  /// std::runtime_error while Kafka does not take records.
  std::chrono::milliseconds run_once();

 private:
  bool lead();
  std::size_t publish_batch();
  std::vector<UnpublishedDocument> next_documents();
  std::vector<PublishedVersion> publish(const std::vector<UnpublishedDocument>& documents);
  bool send(const UnpublishedDocument& document);
  void pass_over(const UnpublishedDocument& document, std::string_view reason);
  void require(kafka::TransactionalProducer::Outcome outcome);
  void step_down() noexcept;
  void note_backlog();

  ChangesStore& store_;
  const MakeProducer make_producer_;
  const Clock& clock_;
  const std::string topic_;
  Counter& published_;
  Counter& unpublishable_;
  CounterByLabel faults_;
  Gauge& leads_;
  Gauge& backlog_;
  Gauge& backlog_age_;
  std::unique_ptr<kafka::TransactionalProducer> producer_;  ///< null: not the leader
  bool initialised_ = false;
  std::string after_;  ///< goes round all users, so that busy ones do not hold up the others
  std::map<std::string, std::int64_t> passed_over_;  ///< version by user, so as to tell it once
  Time backlog_due_{};
};

}  // namespace tollgate::entitlements
