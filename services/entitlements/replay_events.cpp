// SPDX-License-Identifier: Apache-2.0
#include "entitlements/replay_events.hpp"

#include <chrono>
#include <stdexcept>
#include <utility>
#include <vector>

#include "base/log.hpp"
#include "entitlements/apply/find_questions.hpp"
#include "entitlements/apply/write_documents.hpp"

namespace tollgate::entitlements {
namespace {

constexpr std::chrono::milliseconds poll_wait{200};
constexpr std::chrono::seconds silence_max{60};

/// Where the records lie that can be read, dead letters as they may have been before.
std::vector<Position> readable(const BatchContent& content) {
  std::vector<Position> positions;
  for (const EventRow& event : content.events) {
    if (event.outcome != Outcome::dead_letter) positions.push_back(event.position);
  }
  return positions;
}

}  // namespace

void write_report(std::ostream& out, const ReplayReport& report) {
  out << "records read: " << report.records << '\n'
      << "facts that changed: " << report.facts_changed << '\n'
      << "users whose entitlements changed: " << report.documents_changed << '\n'
      << "records that cannot be read: " << report.unreadable << '\n'
      << "records that the database refuses: " << report.refused << '\n';
}

ReplayEvents::ReplayEvents(EntitlementsStore& store, const Catalog& catalog, const Clock& clock,
                           std::string topic, Patience patience)
    : store_(store),
      catalog_(catalog),
      clock_(clock),
      topic_(std::move(topic)),
      patience_(patience) {}

ReplayReport ReplayEvents::run(kafka::Consumer& consumer, std::int64_t expected, std::ostream& out,
                               Display display) {
  report_ = {};
  Progress progress{out, display, "records", expected};
  RunAgain run_again{patience_, progress};
  auto give_up = std::chrono::steady_clock::now() + silence_max;
  while (true) {
    const auto batch = consumer.poll(records_of_batch_max, poll_wait);
    if (batch) {
      apply(batch->records(), run_again);
      const auto count = static_cast<std::int64_t>(batch->records().size());
      report_.records += count;
      progress.advance(count);
      give_up = std::chrono::steady_clock::now() + silence_max;
    } else if (consumer.lag() == 0) {
      return report_;
    } else if (std::chrono::steady_clock::now() > give_up) {
      throw std::runtime_error("Kafka is silent, the end of the topic was not reached");
    }
  }
}

void ReplayEvents::apply(Records records, RunAgain& run_again) {
  const BatchContent content = reader_.read(records);
  try {
    run_again.until_through([&] { transact(content); });
  } catch (const StoreTimedOut&) {
    if (records.size() == 1) throw;
    apply_halves(records, run_again);
  } catch (const StoreRefused& refused) {
    if (records.size() > 1) return apply_halves(records, run_again);
    ++report_.refused;
    log::error("record refused by the database, nothing of it was changed",
               {{"partition", records.front().partition},
                {"offset", records.front().offset},
                {"reason", refused.what()}});
  }
}

void ReplayEvents::apply_halves(Records records, RunAgain& run_again) {
  apply(records.first(records.size() / 2), run_again);
  apply(records.subspan(records.size() / 2), run_again);
}

void ReplayEvents::transact(const BatchContent& content) {
  auto transaction = store_.begin(topic_);
  const AppliedFacts facts = apply_facts(*transaction, content, Reading::again);
  const std::vector<Position> positions = readable(content);
  if (!positions.empty()) transaction->release(positions);
  const Time now = clock_.now();
  const WrittenDocuments written =
      write_documents(*transaction, facts, catalog_, now, ChangeCause::operation);
  const Questions questions = find_questions(facts, catalog_, now);
  if (!questions.raised.empty()) transaction->raise(questions.raised, now);
  if (!questions.settled.empty()) transaction->withdraw(questions.settled);
  transaction->commit();
  for (const auto& [outcome, count] : facts.recorded) {
    report_.facts_changed += static_cast<std::int64_t>(count);
  }
  report_.documents_changed += static_cast<std::int64_t>(written.changed);
  report_.unreadable += static_cast<std::int64_t>(content.dead_letters.size());
}

}  // namespace tollgate::entitlements
