// SPDX-License-Identifier: Apache-2.0
// How often one user may ask: a token bucket each, within bounded memory. How often Stripe may be
// asked by all together is libs/stripe/rate_budget.hpp's.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/clock.hpp"

namespace tollgate::checkout {

/// One thread; each process counts for itself.
class RateLimit {
 public:
  static constexpr std::size_t users_max = 50'000;

  /// A quarter of a minute's requests may come at once.
  explicit RateLimit(double requests_per_minute);

  /// Zero: go on, and `cost` is taken; a request that asks for little may cost less than one.
  /// Else how long to wait.
  std::chrono::seconds wait_of(std::string_view user_id, Time now, double cost = 1);

 private:
  struct Bucket {
    double tokens = 0;
    Time filled{};
  };
  void forget_full(Time now);

  const double tokens_per_s_;
  const double tokens_max_;
  std::unordered_map<std::string, Bucket> buckets_;
};

}  // namespace tollgate::checkout
