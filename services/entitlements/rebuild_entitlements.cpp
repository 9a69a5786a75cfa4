// SPDX-License-Identifier: Apache-2.0
#include "rebuild_entitlements.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "apply_facts.hpp"
#include "write_documents.hpp"

namespace tollgate::entitlements {
namespace {

constexpr std::size_t facts_of_batch_max = 1'000;
constexpr std::size_t owners_of_batch_max = 500;
// Small: each is a transaction that holds up writers of the same customers.
constexpr std::size_t mended_of_batch_max = 100;
constexpr int tries_max = 20;

BatchContent content_of(std::vector<EventRow> facts) {
  BatchContent content;
  content.events = std::move(facts);
  std::ranges::sort(content.events, {}, &EventRow::key);
  return content;
}

/// As if an event had touched them: they are bound anew, and their users derived.
AppliedFacts touching(std::vector<OwnerRow> owners) {
  AppliedFacts applied;
  for (OwnerRow& owner : owners) {
    const Key key = owner.key;
    applied.owners.emplace(key, TouchedOwner{std::move(owner), {}, {}});
  }
  return applied;
}

void write_compared(std::ostream& out, const std::string& what, const Compared& compared) {
  out << what << ": " << compared.rows << " compared, " << compared.differing << " differ";
  for (std::size_t i = 0; i < compared.examples.size(); ++i) {
    out << (i == 0 ? ": " : ", ") << compared.examples[i];
  }
  if (compared.differing > static_cast<std::int64_t>(compared.examples.size())) out << ", …";
  out << '\n';
}

}  // namespace

void write_report(std::ostream& out, const RebuildReport& report, Mend mend) {
  out << "facts: " << report.facts << '\n';
  write_compared(out, "objects", report.compared.objects);
  write_compared(out, "owners", report.compared.owners);
  write_compared(out, "documents", report.compared.documents);
  if (report.nothing_differs()) {
    out << "Nothing differs: everything is what the facts say.\n";
  } else if (mend == Mend::no) {
    out << "Nothing was changed (--dry-run).\n";
  } else {
    out << "Mended; documents that changed: " << report.documents_changed << ".\n";
  }
}

RebuildEntitlements::RebuildEntitlements(RebuildStore& rebuild, EntitlementsStore& store,
                                         const Catalog& catalog, const Clock& clock,
                                         std::ostream& progress, Display display)
    : rebuild_(rebuild),
      store_(store),
      catalog_(catalog),
      clock_(clock),
      progress_(progress),
      display_(display) {}

RebuildReport RebuildEntitlements::run(Mend mend_or_not) {
  RebuildReport report;
  report.facts = rebuild_.begin();
  compute_objects(report.facts);
  compute_documents();
  report.compared = rebuild_.compare();
  if (mend_or_not == Mend::yes && !report.nothing_differs()) mend(report);
  return report;
}

void RebuildEntitlements::compute_objects(std::int64_t facts) {
  Progress progress{progress_, display_, "facts", facts};
  while (true) {
    std::vector<EventRow> batch = rebuild_.next_facts(facts_of_batch_max);
    if (batch.empty()) return;
    const auto count = static_cast<std::int64_t>(batch.size());
    apply_facts(rebuild_.shadow(), content_of(std::move(batch)), Reading::facts);
    progress.advance(count);
  }
}

void RebuildEntitlements::compute_documents() {
  Progress progress{progress_, display_, "owners", rebuild_.count_owners()};
  while (true) {
    std::vector<Key> batch = rebuild_.next_owners(owners_of_batch_max);
    if (batch.empty()) return;
    std::ranges::sort(batch);
    EntitlementsTransaction& shadow = rebuild_.shadow();
    write_documents(shadow, touching(shadow.lock_owners(batch)), catalog_, clock_.now(),
                    ChangeCause::operation);
    progress.advance(static_cast<std::int64_t>(batch.size()));
  }
}

/// Objects first: owners hang on them, and documents on both.
void RebuildEntitlements::mend(RebuildReport& report) {
  const Compared& objects = report.compared.objects;
  Progress progress{
      progress_, display_, "rows mended",
      objects.differing + report.compared.owners.differing + report.compared.documents.differing};
  const auto step = [&](std::size_t count, auto write) {
    report.documents_changed += transact(write);
    progress.advance(static_cast<std::int64_t>(count));
  };
  std::vector<Key> keys;
  while (!(keys = rebuild_.next_differing_objects(mended_of_batch_max)).empty()) {
    step(keys.size(), [&](EntitlementsTransaction& transaction) {
      const BatchContent content = content_of(transaction.find_events(keys));
      return write_documents(transaction, apply_facts(transaction, content, Reading::mend),
                             catalog_, clock_.now(), ChangeCause::operation);
    });
  }
  while (!(keys = rebuild_.next_differing_owners(mended_of_batch_max)).empty()) {
    std::ranges::sort(keys);
    step(keys.size(), [&](EntitlementsTransaction& transaction) {
      return write_documents(transaction, touching(transaction.lock_owners(keys)), catalog_,
                             clock_.now(), ChangeCause::operation);
    });
  }
  std::vector<std::string> users;
  while (!(users = rebuild_.next_differing_users(mended_of_batch_max)).empty()) {
    std::ranges::sort(users);
    step(users.size(), [&](EntitlementsTransaction& transaction) {
      return write_documents_of(transaction, users, catalog_, clock_.now(), ChangeCause::operation);
    });
  }
}

/// Again after a conflict, and when it is not known whether it happened: twice is as good as once.
template <class Write>
std::int64_t RebuildEntitlements::transact(Write write) {
  for (int attempt = 1;; ++attempt) {
    try {
      auto transaction = store_.begin({});
      const WrittenDocuments written = write(*transaction);
      transaction->commit();
      return static_cast<std::int64_t>(written.changed);
    } catch (const StoreConflict& conflict) {
      if (attempt == tries_max) throw StoreAway{std::string{"conflicts: "} + conflict.what()};
    } catch (const StoreInDoubt& doubt) {
      if (attempt == tries_max) throw StoreAway{doubt.what()};
    }
  }
}

}  // namespace tollgate::entitlements
