// SPDX-License-Identifier: Apache-2.0
#include "entitlements/apply_catalog.hpp"

#include "base/log.hpp"
#include "entitlements/apply/write_documents.hpp"

namespace tollgate::entitlements {
namespace {

using std::chrono::milliseconds;

// Another instance has the next piece, or was in the way.
constexpr milliseconds turn_wait{200};
// All is done; somebody may register a newer revision at any time.
constexpr milliseconds look_again_wait{10'000};

constexpr std::size_t users_between_log_lines = 10'000;

}  // namespace

ApplyCatalog::ApplyCatalog(EntitlementsStore& store, const Catalog& catalog, const Clock& clock,
                           Metrics& metrics)
    : store_(store),
      catalog_(catalog),
      clock_(clock),
      changed_(metrics.counter("tollgate_catalog_documents_changed_total",
                               "Users whose entitlements changed with the catalogue")),
      behind_(metrics.gauge("tollgate_catalog_behind",
                            "1: another instance has a newer catalogue, this one does not write")),
      users_done_(metrics.gauge("tollgate_catalog_users_done",
                                "Users that all instances have derived by this revision")) {}

milliseconds ApplyCatalog::run_once() {
  try {
    return register_revision() ? apply_batch() : look_again_wait;
  } catch (const StoreConflict&) {
    return turn_wait;
  } catch (const StoreInDoubt&) {
    return turn_wait;  // Progress and documents are of one transaction: it happened or did not.
  }
}

/// Whether there is something to do.
bool ApplyCatalog::register_revision() {
  const CatalogProgress progress = store_.register_catalog(catalog_.revision());
  users_done_.Set(static_cast<double>(progress.users_done));
  const bool behind = progress.newest_revision > catalog_.revision();
  behind_.Set(behind ? 1 : 0);
  if (behind) {
    throw StoreAway{"the catalogue of this instance is older than revision " +
                    std::to_string(progress.newest_revision) + ": it must not write"};
  }
  if (!progress.done && !has_begun_) {
    has_begun_ = true;
    log::info("deriving all users by the catalogue",
              {{"revision", catalog_.revision()}, {"users_done", progress.users_done}});
  }
  return !progress.done;
}

milliseconds ApplyCatalog::apply_batch() {
  auto transaction = store_.begin({});
  const auto batch = transaction->take_catalog_batch(catalog_.revision(), users_of_batch_max);
  if (!batch) return turn_wait;
  WrittenDocuments written;
  if (!batch->user_ids.empty()) {
    written = write_documents_of(*transaction, batch->user_ids, catalog_, clock_.now(),
                                 ChangeCause::catalog);
  }
  transaction->end_catalog_batch(catalog_.revision(), *batch);
  transaction->commit();
  changed_.Increment(static_cast<double>(written.changed));
  note_batch(batch->users, written.changed);
  return milliseconds{0};
}

void ApplyCatalog::note_batch(std::size_t users, std::size_t changed) {
  if (users == 0) {
    log::info("all users are derived by the catalogue", {{"revision", catalog_.revision()}});
    return;
  }
  users_since_log_ += users;
  log::debug("users derived by the catalogue", {{"users", users}, {"changed", changed}});
  if (users_since_log_ < users_between_log_lines) return;
  users_since_log_ = 0;
  log::info("users derived by the catalogue",
            {{"revision", catalog_.revision()}, {"users_done", users_done_.Value() + users}});
}

}  // namespace tollgate::entitlements
