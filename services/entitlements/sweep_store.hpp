// SPDX-License-Identifier: Apache-2.0
// How far the sweep has come, and which of Stripe's events are known, as sweep_events.hpp sees it.
// Facts themselves are entitlements_store.hpp's.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"

namespace tollgate::entitlements {

/// One account's events in one mode.
struct SweepScope {
  std::string account;  ///< empty: one's own
  bool livemode = false;
};

struct SweepProgress {
  std::optional<Time> swept_to;  ///< by Stripe's clock: what was made before is known or published
};

enum class SweepWhen {
  due,      ///< the interval since the last one is over
  started,  ///< at the start of a process: webhooks may have been lost while none ran
};

struct SweepAge {
  Time begun;                    ///< when it was first tried
  std::optional<Time> finished;  ///< the last time that the end was reached
};

/// One thread. Every member throws what the database throws.
class SweepStore {
 public:
  virtual ~SweepStore() = default;

  /// The sweep of that scope, if it is time and no other instance is at it, until `lease_end`.
  virtual std::optional<SweepProgress> claim(const SweepScope& scope, SweepWhen when, Time now,
                                             Time lease_end) = 0;
  /// What was made before `swept_to` is done; the lease goes on.
  virtual void advance(const SweepScope& scope, Time swept_to, Time lease_end) = 0;
  /// Done up to there, for this time. The next one is due at `next`.
  virtual void finish(const SweepScope& scope, Time swept_to, Time now, Time next) = 0;
  /// It did not come to its end; due again at `next`.
  virtual void abandon(const SweepScope& scope, Time next) = 0;

  virtual std::optional<SweepAge> age(const SweepScope& scope) = 0;

  /// Which of the events `events` lacks, in the order given.
  virtual std::vector<std::string> missing(const SweepScope& scope,
                                           const std::vector<std::string>& event_ids) = 0;
};

}  // namespace tollgate::entitlements
