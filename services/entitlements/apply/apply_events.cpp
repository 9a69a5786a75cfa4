// SPDX-License-Identifier: Apache-2.0
#include "entitlements/apply/apply_events.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/log.hpp"
#include "entitlements/apply/find_questions.hpp"
#include "entitlements/apply/write_documents.hpp"

namespace tollgate::entitlements {
namespace {

// Conflicts end as soon as the other writer commits; so many in a row, or a lock that is held for
// so long, mean something else: then the caller pauses.
constexpr int tries_max = 20;
constexpr std::chrono::seconds conflicts_time_max{10};

constexpr std::size_t outcomes_max = 8;
constexpr std::size_t alert_codes_max = 8;

// From a healthy delivery to Stripe's last retry after three days.
const std::vector<double> age_buckets_s{1,   2,   5,    10,     30,     60,
                                        300, 900, 3600, 21'600, 86'400, 259'200};

std::vector<PlanName> plan_names_of(const Catalog& catalog) {
  std::vector<PlanName> names;
  for (const Plan& plan : catalog.content().plans) {
    const auto add = [&](const char* matched_by, const std::string& name) {
      if (!name.empty()) names.push_back({matched_by, name, plan.id, plan.rank});
    };
    for (const std::string& product : plan.stripe.products) add("product", product);
    for (const std::string& price_id : plan.stripe.price_ids) add("price", price_id);
    for (const Price& price : plan.stripe.prices) add("lookup_key", price.lookup_key);
  }
  return names;
}

double seconds(Time::duration duration) { return std::chrono::duration<double>(duration).count(); }

}  // namespace

ApplyEvents::ApplyEvents(EntitlementsStore& store, const Catalog& catalog, const Clock& clock,
                         Metrics& metrics, std::string topic)
    : store_(store),
      catalog_(catalog),
      clock_(clock),
      topic_(std::move(topic)),
      events_(metrics, "tollgate_events_total", "Events read, by what became of them", "outcome",
              outcomes_max),
      untested_versions_(metrics),
      documents_(
          metrics.counter("tollgate_documents_changed_total", "Users whose entitlements changed")),
      alerts_(metrics, "tollgate_derive_alerts_total",
              "Facts that were decided without full knowledge, e.g. an unknown status or product",
              "code", alert_codes_max),
      conflicts_(metrics.counter("tollgate_batch_conflicts_total",
                                 "Transactions run again because of another writer")),
      batch_seconds_(metrics.histogram(
          "tollgate_batch_seconds",
          "One batch in the database, retries included, without reading what its records say",
          latency_buckets_s())),
      age_(metrics.histogram("tollgate_event_age_seconds",
                             "From an event's creation at Stripe to its commit here",
                             age_buckets_s)) {}

std::vector<kafka::PartitionOffset> ApplyEvents::begin_partitions(
    std::span<const std::int32_t> partitions) {
  if (!plan_names_kept_) store_.keep_plan_names(catalog_.revision(), plan_names_of(catalog_));
  plan_names_kept_ = true;
  std::vector<kafka::PartitionOffset> offsets;
  for (const Advance& position : store_.positions(topic_, partitions)) {
    next_[position.partition] = position.next;
    offsets.push_back({position.partition, position.next});
  }
  return offsets;
}

void ApplyEvents::end_partitions(std::span<const std::int32_t> partitions) {
  for (const std::int32_t partition : partitions) next_.erase(partition);
}

std::vector<kafka::PartitionOffset> ApplyEvents::positions() const {
  std::vector<kafka::PartitionOffset> offsets;
  for (const auto& [partition, next] : next_) offsets.push_back({partition, next});
  return offsets;
}

Applied ApplyEvents::apply(Records records) { return apply(records, reader_.read(records)); }

Applied ApplyEvents::apply(Records records, const BatchContent& content) {
  const Time begin = clock_.now();
  const Applied applied = apply_part(records, content);
  batch_seconds_.Observe(seconds(clock_.now() - begin));
  return applied;
}

Applied ApplyEvents::apply_part(Records records) {
  return apply_part(records, reader_.read(records));
}

Applied ApplyEvents::apply_part(Records records, const BatchContent& content) {
  const auto give_up = std::chrono::steady_clock::now() + conflicts_time_max;
  for (int attempt = 1;; ++attempt) {
    try {
      return transact(records, content);
    } catch (const StoreConflict& conflict) {
      conflicts_.Increment();
      if (attempt == tries_max || std::chrono::steady_clock::now() > give_up) {
        throw StoreAway{std::string{"conflicts: "} + conflict.what()};
      }
    } catch (const StoreRefused& refused) {
      if (records.size() == 1) return bury(records, refused.what());
      return halve(records);
    } catch (const StoreTimedOut& slow) {
      // A lone record is not to blame for a slow database: it waits.
      if (records.size() == 1) throw;
      log::warning("batch takes the database too long, halved",
                   {{"records", records.size()}, {"reason", slow.what()}});
      return halve(records);
    } catch (const StoreInDoubt&) {
      return settle_doubt(records);
    }
  }
}

Applied ApplyEvents::halve(Records records) {
  const std::size_t half = records.size() / 2;
  const Applied first = apply_part(records.first(half));
  return first == Applied::lost ? first : apply_part(records.subspan(half));
}

Applied ApplyEvents::bury(Records records, const std::string& reason) {
  const kafka::Record& record = records.front();
  log::error("record refused by the database, kept as a dead letter",
             {{"partition", record.partition}, {"offset", record.offset}, {"reason", reason}});
  return transact(records, reader_.refuse(record, "refused_by_database"));
}

/// The offsets stand in the transaction itself, so they say whether it happened.
Applied ApplyEvents::settle_doubt(Records records) {
  const std::vector<Advance> advances = advances_of(records);
  look_up_positions();
  for (const Advance& advance : advances) {
    const auto now = next_.find(advance.partition);
    if (now == next_.end() || now->second != advance.next) return Applied::lost;
  }
  return Applied::all;
}

Applied ApplyEvents::transact(Records records, const BatchContent& content) {
  const Time now = clock_.now();
  const std::vector<Advance> advances = advances_of(records);
  auto transaction = store_.begin(topic_);
  if (!transaction->advance(advances)) {
    transaction.reset();
    look_up_positions();
    return Applied::lost;
  }
  const AppliedFacts facts = apply_facts(*transaction, content);
  const WrittenDocuments written = write_documents(*transaction, facts, catalog_, now);
  const Questions questions = find_questions(facts, catalog_, now);
  if (!questions.raised.empty()) transaction->raise(questions.raised, now);
  if (!questions.settled.empty()) transaction->withdraw(questions.settled);
  transaction->commit();
  for (const Advance& advance : advances) next_[advance.partition] = advance.next;
  documents_.Increment(static_cast<double>(written.changed));
  note_alerts(written.alerts);
  note_applied(content, facts, now);
  return Applied::all;
}

std::vector<Advance> ApplyEvents::advances_of(Records records) const {
  std::map<std::int32_t, std::int64_t> after;
  for (const kafka::Record& record : records) after[record.partition] = record.offset + 1;
  std::vector<Advance> advances;
  for (const auto& [partition, next] : after) {
    const auto known = next_.find(partition);
    // A partition that is not ours has no expected offset, so the compare-and-set fails.
    advances.push_back({partition, known == next_.end() ? -1 : known->second, next});
  }
  return advances;
}

void ApplyEvents::look_up_positions() {
  std::vector<std::int32_t> partitions;
  for (const auto& [partition, next] : next_) partitions.push_back(partition);
  begin_partitions(partitions);
}

/// Told with each change of the user's facts, for as long as it lasts.
void ApplyEvents::note_alerts(const std::vector<Alert>& alerts) {
  for (const Alert& alert : alerts) {
    alerts_.of(alert.code).Increment();
    log::write_bounded(log::Level::warning, alert.code, "decided without full knowledge",
                       {{"code", alert.code}, {"object_id", alert.object_id}});
  }
}

void ApplyEvents::note_applied(const BatchContent& content, const AppliedFacts& facts, Time now) {
  events_.of("known").Increment(static_cast<double>(facts.known));
  for (const auto& [outcome, count] : facts.recorded) {
    events_.of(to_string(outcome)).Increment(static_cast<double>(count));
  }
  untested_versions_.note(content.events);
  for (const EventRow& event : content.events) {
    if (event.created) age_.Observe(std::max(0.0, seconds(now - *event.created)));
  }
  for (const DeadLetter& letter : content.dead_letters) {
    log::error("dead letter", {{"reason", letter.reason},
                               {"event_id", letter.event_id},
                               {"partition", letter.position.partition},
                               {"offset", letter.position.offset}});
  }
}

}  // namespace tollgate::entitlements
