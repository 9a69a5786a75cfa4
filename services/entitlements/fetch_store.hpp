// SPDX-License-Identifier: Apache-2.0
// The durable queue of questions to Stripe, as the loop that asks them sees it. Writers of facts
// put questions into it inside their own transaction: entitlements_store.hpp.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "entitlements/domain/fetch.hpp"

namespace tollgate::entitlements {

struct FetchCounts {
  std::int64_t waiting = 0;
  std::int64_t unanswerable = 0;  ///< Stripe does not know the object, or refuses the question
  double oldest_s = 0;            ///< since the longest waiting one was due
};

/// One thread. Every member throws what the database throws.
class FetchStore {
 public:
  virtual ~FetchStore() = default;

  /// Due questions of that mode, the longest due first, that are nobody else's until `lease_end`.
  virtual std::vector<Fetch> claim(bool livemode, Time now, Time lease_end,
                                   std::size_t fetches_max) = 0;

  /// Its answer of that second is published. Raised again meanwhile, it stays, not to be asked
  /// before `again_at`.
  virtual void note_answered(const Fetch& fetch, Time as_of, Time now, Time again_at) = 0;
  /// It was not asked: due as it was, as if it had not been claimed.
  virtual void give_back(const Fetch& fetch) = 0;
  /// To be asked again.
  virtual void postpone(const Fetch& fetch, Time due, const std::string& fault) = 0;
  /// Stripe will not answer it: kept for people to see. `state`: `not_found` or `refused`.
  virtual void give_up(const Fetch& fetch, const std::string& state, const std::string& fault,
                       Time now) = 0;

  /// Forgets answered questions and given up ones of before.
  virtual void prune(Time answered_before, Time given_up_before) = 0;
  virtual FetchCounts count(bool livemode, Time now) = 0;
};

}  // namespace tollgate::entitlements
