// SPDX-License-Identifier: Apache-2.0
// How a loop in the background fares: what its last piece of work threw, told once, and how long to
// wait before the next one. The loops themselves are background_loop.hpp and io_loop.hpp.
#pragma once

#include <chrono>
#include <exception>
#include <mutex>
#include <string>

#include "base/metrics.hpp"

namespace tollgate {

/// The loop's thread, but for fault().
class LoopHealth {
 public:
  /// After a failure the loop waits, twice as long each time.
  struct RetryWaits {
    std::chrono::milliseconds min;
    std::chrono::milliseconds max;
  };

  LoopHealth(std::string name, Metrics& metrics, RetryWaits waits);

  void note_success();
  /// Returns how long to wait before the next piece of work.
  std::chrono::milliseconds note_failure(const std::exception& failure);

  /// Any thread. Empty, or what the last piece threw.
  [[nodiscard]] std::string fault() const;

 private:
  void note_fault(std::string what);

  const std::string name_;
  Counter& failures_;
  const RetryWaits waits_;
  std::chrono::milliseconds next_wait_;
  mutable std::mutex mutex_;
  std::string fault_;
};

}  // namespace tollgate
