// SPDX-License-Identifier: Apache-2.0
#include "entitlements/publish_changes.hpp"

#include <chrono>
#include <stdexcept>
#include <utility>

#include "base/log.hpp"
#include "entitlements/entitlements_store.hpp"
#include "entitlements/make_change_message.hpp"
#include "events/change_headers.hpp"

namespace tollgate::entitlements {
namespace {

using kafka::TransactionFault;
using std::chrono::milliseconds;

// How old a change may get while nothing else delays it; one look is one row of an index.
constexpr milliseconds idle_wait{50};
// Another instance leads, or has just taken over.
constexpr milliseconds follower_wait{500};
constexpr std::chrono::seconds backlog_interval{2};
constexpr std::size_t faults_max = 8;
constexpr std::size_t passed_over_max = 1'000;

/// Another publisher has taken over: no fault, but the end of leading.
struct Fenced : std::runtime_error {
  Fenced() : std::runtime_error("another publisher has taken over") {}
};

double seconds(Time::duration duration) { return std::chrono::duration<double>(duration).count(); }

}  // namespace

PublishChanges::PublishChanges(ChangesStore& store, MakeProducer make_producer, const Clock& clock,
                               Metrics& metrics, std::string topic)
    : store_(store),
      make_producer_(std::move(make_producer)),
      clock_(clock),
      topic_(std::move(topic)),
      published_(metrics.counter("tollgate_changes_published_total",
                                 "Documents committed to the topic of changes")),
      unpublishable_(metrics.counter("tollgate_changes_unpublishable_total",
                                     "Documents passed over: unreadable, or too large")),
      faults_(metrics, "tollgate_changes_faults_total", "Transactions that failed, by reason",
              "reason", faults_max),
      leads_(metrics.gauge("tollgate_changes_leader", "1: this instance publishes changes")),
      backlog_(metrics.gauge("tollgate_changes_unpublished",
                             "Documents newer than the topic; only the leader counts")),
      backlog_age_(
          metrics.gauge("tollgate_changes_unpublished_age_seconds", "Age of the oldest of them")) {}

milliseconds PublishChanges::run_once() {
  try {
    if (!lead()) return follower_wait;
    const std::size_t taken = publish_batch();
    note_backlog();
    return taken == users_of_batch_max ? milliseconds{0} : idle_wait;
  } catch (const Fenced& fenced) {
    log::warning("changes are published by another instance", {{"reason", fenced.what()}});
    step_down();
    return follower_wait;
  } catch (const StoreConflict&) {
    return idle_wait;  // The versions stay unpublished and are sent again.
  } catch (...) {
    step_down();
    throw;
  }
}

bool PublishChanges::lead() {
  const bool leads = store_.lead();
  leads_.Set(leads ? 1 : 0);
  if (!leads) {
    producer_.reset();
    return false;
  }
  if (!producer_) {
    producer_ = make_producer_();
    initialised_ = false;
  }
  if (initialised_) return true;
  // Comes after the lock and before the first read: whatever an older leader still had in hand can
  // no longer be committed.
  require(producer_->init());
  initialised_ = true;
  log::info("this instance publishes changes", {{"topic", topic_}});
  return true;
}

std::size_t PublishChanges::publish_batch() {
  const std::vector<UnpublishedDocument> documents = next_documents();
  if (documents.empty()) return 0;
  const std::vector<PublishedVersion> versions = publish(documents);
  store_.note_published(versions);
  published_.Increment(static_cast<double>(versions.size()));
  log::debug("changes published", {{"users", versions.size()}});
  return documents.size();
}

std::vector<UnpublishedDocument> PublishChanges::next_documents() {
  std::vector<UnpublishedDocument> documents = store_.find_unpublished(after_, users_of_batch_max);
  if (documents.empty() && !after_.empty()) {
    after_.clear();
    documents = store_.find_unpublished(after_, users_of_batch_max);
  }
  if (!documents.empty()) after_ = documents.back().user_id;
  return documents;
}

std::vector<PublishedVersion> PublishChanges::publish(
    const std::vector<UnpublishedDocument>& documents) {
  std::vector<PublishedVersion> versions;
  require(producer_->begin());
  for (const UnpublishedDocument& document : documents) {
    if (send(document)) versions.push_back({document.user_id, document.version});
  }
  require(producer_->commit());
  return versions;
}

/// False: this document cannot be published, and must not hold up the others.
bool PublishChanges::send(const UnpublishedDocument& document) {
  std::string value;
  try {
    value = make_change_message(document);
  } catch (const std::invalid_argument& unreadable) {
    pass_over(document, unreadable.what());
    return false;
  }
  const events::ChangeHeaders headers{document.user_id, document.version, document.recorded_at};
  const auto sent = producer_->send({topic_, document.user_id, value, headers.headers()});
  if (!sent && sent.error() == TransactionFault::refused) {
    pass_over(document, "Kafka refuses it");
    return false;
  }
  require(sent);
  return true;
}

/// Told once a version; it is tried again with every look at the unpublished.
void PublishChanges::pass_over(const UnpublishedDocument& document, std::string_view reason) {
  if (passed_over_.size() >= passed_over_max) passed_over_.clear();
  const auto [known, first] = passed_over_.try_emplace(document.user_id, document.version);
  if (!first && known->second == document.version) return;
  known->second = document.version;
  unpublishable_.Increment();
  log::error("a document cannot be published", {{"version", document.version}, {"reason", reason}});
}

void PublishChanges::require(kafka::TransactionalProducer::Outcome outcome) {
  if (outcome) return;
  faults_.of(to_string(outcome.error())).Increment();
  if (outcome.error() == TransactionFault::fenced) throw Fenced{};
  // Whatever it was, a new producer begins with a clean slate: its init() ends what is open.
  throw std::runtime_error("Kafka does not take changes: " +
                           std::string{to_string(outcome.error())});
}

void PublishChanges::step_down() noexcept {
  producer_.reset();
  leads_.Set(0);
  try {
    store_.step_down();
  } catch (const std::exception& failure) {
    log::debug("stepping down", {{"reason", failure.what()}});  // Without a line there is no lock.
  }
}

void PublishChanges::note_backlog() {
  const Time now = clock_.now();
  if (now < backlog_due_) return;
  backlog_due_ = now + backlog_interval;
  const Backlog backlog = store_.backlog();
  backlog_.Set(static_cast<double>(backlog.documents));
  backlog_age_.Set(backlog.oldest ? seconds(now - *backlog.oldest) : 0);
}

}  // namespace tollgate::entitlements
