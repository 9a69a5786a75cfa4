// SPDX-License-Identifier: Apache-2.0
// A clock that a test moves. One that stands still is in writer.hpp.
#pragma once

#include <atomic>
#include <cstdint>

#include "base/clock.hpp"

namespace tollgate::tests {

class MovableClock final : public Clock {
 public:
  explicit MovableClock(std::int64_t seconds) : seconds_(seconds) {}
  [[nodiscard]] Time now() const override { return from_unix_seconds(seconds_); }
  void set(std::int64_t seconds) { seconds_ = seconds; }

 private:
  std::atomic<std::int64_t> seconds_;
};

}  // namespace tollgate::tests
