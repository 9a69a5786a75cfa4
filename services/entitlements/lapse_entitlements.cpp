// SPDX-License-Identifier: Apache-2.0
#include "entitlements/lapse_entitlements.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "entitlements/apply/write_documents.hpp"

namespace tollgate::entitlements {
namespace {

using std::chrono::milliseconds;

// What is due but was passed over is in another writer's hands; and after a conflict.
constexpr milliseconds wait_min{50};

}  // namespace

LapseEntitlements::LapseEntitlements(EntitlementsStore& store, const Catalog& catalog,
                                     const Clock& clock, Metrics& metrics)
    : store_(store),
      catalog_(catalog),
      clock_(clock),
      lapsed_(metrics.counter("tollgate_entitlements_lapsed_total",
                              "Users whose answer changed because time passed")) {}

milliseconds LapseEntitlements::run_once() {
  const Time now = clock_.now();
  try {
    if (lapse_batch(now) == users_of_batch_max) return milliseconds{0};
  } catch (const StoreConflict&) {
    return wait_min;
  } catch (const StoreInDoubt&) {
    return wait_min;  // Whoever is still due then was not written.
  }
  return wait_until_next(now);
}

std::size_t LapseEntitlements::lapse_batch(Time now) {
  auto transaction = store_.begin({});
  std::vector<std::string> user_ids = transaction->lock_lapsed(now, users_of_batch_max);
  if (user_ids.empty()) return 0;
  std::ranges::sort(user_ids);
  const WrittenDocuments written =
      write_documents_of(*transaction, user_ids, catalog_, now, ChangeCause::time);
  transaction->commit();
  lapsed_.Increment(static_cast<double>(written.changed));
  log::info("entitlements lapsed", {{"users", written.changed}});
  return user_ids.size();
}

milliseconds LapseEntitlements::wait_until_next(Time now) {
  const auto next = store_.next_lapse();
  if (!next) return wait_max;
  return std::clamp(std::chrono::ceil<milliseconds>(*next - now), wait_min, wait_max);
}

}  // namespace tollgate::entitlements
