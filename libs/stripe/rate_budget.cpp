// SPDX-License-Identifier: Apache-2.0
#include "stripe/rate_budget.hpp"

#include <algorithm>

namespace tollgate::stripe {
namespace {

constexpr double burst_s = 0.2;
constexpr int doublings_max = 6;

Time::duration duration_of(double seconds) {
  return std::chrono::round<Time::duration>(std::chrono::duration<double>(seconds));
}

}  // namespace

RateBudget::RateBudget(double requests_per_second)
    : interval_(duration_of(1 / requests_per_second)),
      credit_(std::max(duration_of(burst_s) - interval_, Time::duration{0})) {}

std::optional<std::chrono::milliseconds> RateBudget::reserve(Time now,
                                                             std::chrono::milliseconds wait_max) {
  if (next_ > now + pause_max + wait_max) next_ = now;  // The clock was set back.
  const Time place = std::max(next_, now - credit_);
  const auto wait = std::max(std::chrono::ceil<std::chrono::milliseconds>(place - now),
                             std::chrono::milliseconds{0});
  if (wait > wait_max) return std::nullopt;
  next_ = place + interval_;
  return wait;
}

void RateBudget::refused(Time now) {
  const std::chrono::seconds pause{std::int64_t{1} << std::min(refusals_, doublings_max)};
  ++refusals_;
  next_ = std::max(next_, now + std::min(pause, pause_max));
}

}  // namespace tollgate::stripe
