// SPDX-License-Identifier: Apache-2.0
// How a command of hours bears with the database: a restart, or another writer in the way, costs
// it a pause and not its work. Services have loops for it: events_consumer.hpp.
#pragma once

#include <chrono>

#include "base/progress.hpp"
#include "entitlements/entitlements_store.hpp"

namespace tollgate::entitlements {

struct Patience {
  std::chrono::milliseconds pause{1'000};
  /// For one transaction. Less than a consumer may be silent before its group gives up on it
  /// (ConsumerOptions::poll_interval_max).
  std::chrono::milliseconds budget{240'000};
};

/// One thread. What it refers to outlives it.
class RunAgain {
 public:
  RunAgain(const Patience& patience, Progress& progress)
      : patience_(patience), progress_(progress) {}

  /// Runs a transaction until it is through: at once again after a conflict and where it is not
  /// known whether it happened (twice must be as good as once), after a pause while the database
  /// is away, which the progress tells. Throws StoreAway when that lasts longer than the budget,
  /// and at once when it is of the kind that no waiting mends.
  template <class Transact>
  auto until_through(Transact transact) -> decltype(transact()) {
    failures_ = 0;
    give_up_ = {};
    while (true) {
      try {
        return transact();
      } catch (const StoreOutdated&) {
        throw;
      } catch (const StoreUnable&) {
        throw;
      } catch (const StoreTimedOut&) {
        throw;
      } catch (const StoreConflict& conflict) {
        count(conflict);
      } catch (const StoreInDoubt& doubt) {
        count(doubt);
      } catch (const StoreAway& away) {
        wait_out(away);
      }
    }
  }

 private:
  void count(const std::exception& failure);
  void wait_out(const StoreAway& away);

  const Patience patience_;
  Progress& progress_;
  int failures_ = 0;
  std::chrono::steady_clock::time_point give_up_;
};

}  // namespace tollgate::entitlements
