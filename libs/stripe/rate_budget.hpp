// SPDX-License-Identifier: Apache-2.0
// How often Stripe may be asked: a pure token bucket, that also keeps quiet after a 429.
// Who waits for it is stripe_api.hpp.
#pragma once

#include <chrono>
#include <optional>

#include "base/clock.hpp"

namespace tollgate::stripe {

/// One thread. Times are a clock's; one that is set back costs at most one pause.
class RateBudget {
 public:
  /// A fifth of a second's requests may come at once, at least one.
  explicit RateBudget(double requests_per_second);

  /// Takes a place: how long its owner waits before he sends. Nothing, and no place is taken, where
  /// that would be longer than `wait_max`.
  std::optional<std::chrono::milliseconds> reserve(Time now, std::chrono::milliseconds wait_max);

  /// Stripe answered 429: nobody sends for a second, then two, four and so on up to `pause_max`.
  void refused(Time now);
  /// Stripe answered anything else.
  void accepted() { refusals_ = 0; }

  static constexpr std::chrono::seconds pause_max{64};

 private:
  Time::duration interval_;
  Time::duration credit_;  ///< what may be sent at once after a rest
  Time next_{};
  int refusals_ = 0;
};

}  // namespace tollgate::stripe
