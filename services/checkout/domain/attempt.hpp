// SPDX-License-Identifier: Apache-2.0
// A purchase or change under way: what was asked for, and each call to Stripe with its very bytes.
// It is what survives a crash; follow_attempt.hpp makes the calls.
#pragma once

#include <optional>
#include <string>

#include "base/clock.hpp"

namespace tollgate::checkout {

/// Stripe forgets a key after a day; what is older must not be sent under it again, or it would be
/// done twice. An hour is kept for clocks that differ and calls that take long.
inline constexpr std::chrono::hours key_age_max{23};

/// A call that was begun so long ago is on its way no more: much longer than the 30 s that a
/// request has for its calls (ask/deadline.hpp), since what was sent at their end may arrive later.
inline constexpr std::chrono::minutes call_age_max{5};

struct Attempt {
  std::string id;  ///< UUIDv7
  std::string user_id;
  std::string request;  ///< digest of what was asked for
  Time created{};
  bool finished = false;
  std::string outcome;    ///< `open`, `done`, `declined`, `refused`, `abandoned`
  std::string object_id;  ///< the session or subscription that came of it
  std::string code;       ///< of a declined one, Stripe's; the next one likewise
  std::string decline_code;
};

struct StepAnswer {
  unsigned status = 0;
  std::string object_id;
  std::string code;
  std::string decline_code;
  std::string message;  ///< of card errors only: it is meant for people
};

/// One call. It is pending from its commit on, which comes before its sending:
///
///   none ── begin ──> pending ── answer ──> answered: for good, and sent no more
///    ^                 │    ^
///    │                 │    └── begin or resume: the same request, or another one that wants to
///    └─── withdraw ────┘        know, sends the same bytes under the same key
///
/// Answer: Stripe's 2xx or 4xx; a 500 and what cannot be read too, whose fate is then looked up.
/// Resume: for who has seen it pending and relies on that. It makes no new one when the step is
/// gone by then: that is for who has looked at Stripe first.
/// Withdraw: none of those who began it can have been heard (429, no budget, no connection), so
/// nothing was done, and nothing may be done later when its sender may want something else.
/// Else (no answer, 409, other 5xx, a crash) it stays pending until a repetition decides.
struct Step {
  std::string name;
  std::string path;
  std::string body;  ///< form-encoded
  std::optional<StepAnswer> answer;
};

/// May its calls still be sent under their keys?
inline bool keys_hold(const Attempt& attempt, Time now) {
  return now - attempt.created < key_age_max;
}

}  // namespace tollgate::checkout
