// SPDX-License-Identifier: Apache-2.0
#include "base/loop_health.hpp"

#include <algorithm>
#include <utility>

#include "base/log.hpp"

namespace tollgate {

LoopHealth::LoopHealth(std::string name, Metrics& metrics, RetryWaits waits)
    : name_(std::move(name)),
      failures_(metrics.counter("tollgate_loop_failures_total",
                                "Pieces of work in the background that failed and are tried again",
                                {{"loop", name_}})),
      waits_(waits),
      next_wait_(waits.min) {}

void LoopHealth::note_success() {
  note_fault({});
  next_wait_ = waits_.min;
}

std::chrono::milliseconds LoopHealth::note_failure(const std::exception& failure) {
  failures_.Increment();
  note_fault(failure.what());
  return std::exchange(next_wait_, std::min(next_wait_ * 2, waits_.max));
}

std::string LoopHealth::fault() const {
  const std::lock_guard lock{mutex_};
  return fault_;
}

/// One log line when it begins, one when the reason changes, one when it is over.
void LoopHealth::note_fault(std::string what) {
  const std::lock_guard lock{mutex_};
  if (what == fault_) return;
  if (what.empty()) {
    log::info("a background loop works again", {{"loop", name_}});
  } else {
    log::error("a background loop fails, it will try again", {{"loop", name_}, {"reason", what}});
  }
  fault_ = std::move(what);
}

}  // namespace tollgate
