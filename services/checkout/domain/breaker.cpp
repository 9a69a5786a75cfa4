// SPDX-License-Identifier: Apache-2.0
#include "checkout/domain/breaker.hpp"

namespace tollgate::checkout {

std::optional<std::chrono::seconds> Breaker::refusal(Time now) {
  if (!is_open()) return std::nullopt;
  // A clock that was set back would keep it open for as long.
  if (now < closed_until_ && closed_until_ - now <= trial_max) {
    return std::chrono::ceil<std::chrono::seconds>(closed_until_ - now);
  }
  closed_until_ = now + trial_max;  // This one is the trial; the others wait for its outcome.
  return std::nullopt;
}

void Breaker::unsent(Time now) {
  if (is_open()) closed_until_ = now;
}

void Breaker::succeeded() { failures_ = 0; }

void Breaker::failed(Time now) {
  if (failures_ < failures_max) ++failures_;
  if (is_open()) closed_until_ = now + rest;
}

}  // namespace tollgate::checkout
