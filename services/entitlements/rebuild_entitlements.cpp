// SPDX-License-Identifier: Apache-2.0
#include "entitlements/rebuild_entitlements.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "entitlements/apply/apply_facts.hpp"
#include "entitlements/apply/write_documents.hpp"

namespace tollgate::entitlements {
namespace {

constexpr std::size_t facts_of_batch_max = 1'000;
constexpr std::size_t owners_of_batch_max = 500;
// Small: each is a transaction that holds up writers of the same customers.
constexpr std::size_t mended_of_batch_max = 100;

// One that the database cannot hold on to for so often needs somebody who looks at the database.
constexpr int comparisons_max = 3;

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
    if (!report.all_mended) out << "More differs than one run mends: run it again.\n";
  }
}

RebuildEntitlements::RebuildEntitlements(RebuildStore& rebuild, EntitlementsStore& store,
                                         const Catalog& catalog, const Clock& clock,
                                         std::ostream& progress, Display display,
                                         std::size_t mended_max, Patience patience)
    : rebuild_(rebuild),
      store_(store),
      catalog_(catalog),
      clock_(clock),
      progress_(progress),
      display_(display),
      mended_max_(mended_max),
      patience_(patience) {}

RebuildReport RebuildEntitlements::run(Mend mend_or_not) {
  RebuildReport report;
  const Differing differing = compare(report, mend_or_not);
  if (mend_or_not == Mend::no) return report;
  if (!report.nothing_differs()) report.documents_changed = mend(differing);
  report.all_mended = differing.all_of(report.compared);
  return report;
}

/// What is computed under a snapshot is gone with it.
RebuildEntitlements::Differing RebuildEntitlements::compare(RebuildReport& report, Mend mend) {
  for (int comparison = 1;; ++comparison) {
    try {
      return compare_once(report, mend);
    } catch (const StoreOutdated&) {
      throw;
    } catch (const StoreUnable&) {
      throw;
    } catch (const StoreTimedOut&) {
      throw;
    } catch (const StoreAway&) {
      if (comparison == comparisons_max) throw;
    } catch (const StoreConflict&) {
      if (comparison == comparisons_max) throw;
    }
  }
}

RebuildEntitlements::Differing RebuildEntitlements::compare_once(RebuildReport& report, Mend mend) {
  report.facts = take_snapshot();
  compute_objects(report.facts);
  compute_documents();
  report.compared = rebuild_.compare();
  Differing differing;
  if (mend == Mend::yes) differing = collect();
  rebuild_.end();
  return differing;
}

std::int64_t RebuildEntitlements::take_snapshot() {
  Progress progress{progress_, display_, "snapshots", 1};
  RunAgain run_again{patience_, progress};
  const std::int64_t facts = run_again.until_through([this] { return rebuild_.begin(); });
  progress.advance(1);
  return facts;
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

RebuildEntitlements::Differing RebuildEntitlements::collect() {
  return {rebuild_.differing_objects(mended_max_), rebuild_.differing_owners(mended_max_),
          rebuild_.differing_users(mended_max_)};
}

/// Objects first: owners hang on them, and documents on both.
std::int64_t RebuildEntitlements::mend(const Differing& differing) {
  const std::size_t rows =
      differing.objects.size() + differing.owners.size() + differing.users.size();
  Progress progress{progress_, display_, "rows mended", static_cast<std::int64_t>(rows)};
  RunAgain run_again{patience_, progress};
  std::int64_t changed = 0;
  const auto in_batches = [&](const auto& all, auto write) {
    for (std::size_t begin = 0; begin < all.size(); begin += mended_of_batch_max) {
      const std::size_t count = std::min(mended_of_batch_max, all.size() - begin);
      const auto batch = std::span{all}.subspan(begin, count);
      changed += run_again.until_through([&] {
        return transact(
            [&](EntitlementsTransaction& transaction) { return write(transaction, batch); });
      });
      progress.advance(static_cast<std::int64_t>(count));
    }
  };
  using Keys = std::span<const Key>;
  using UserIds = std::span<const std::string>;
  constexpr ChangeCause because = ChangeCause::operation;
  in_batches(differing.objects, [&](EntitlementsTransaction& transaction, Keys keys) {
    const BatchContent content = content_of(transaction.find_events(keys));
    return write_documents(transaction, apply_facts(transaction, content, Reading::mend, keys),
                           catalog_, clock_.now(), because);
  });
  in_batches(differing.owners, [&](EntitlementsTransaction& transaction, Keys keys) {
    return write_documents(transaction, touching(transaction.lock_owners(keys)), catalog_,
                           clock_.now(), because);
  });
  in_batches(differing.users, [&](EntitlementsTransaction& transaction, UserIds user_ids) {
    return write_documents_of(transaction, user_ids, catalog_, clock_.now(), because);
  });
  return changed;
}

template <class Write>
std::int64_t RebuildEntitlements::transact(Write write) {
  auto transaction = store_.begin({});
  const WrittenDocuments written = write(*transaction);
  transaction->commit();
  return static_cast<std::int64_t>(written.changed);
}

}  // namespace tollgate::entitlements
