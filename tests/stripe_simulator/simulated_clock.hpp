// SPDX-License-Identifier: Apache-2.0
// The time that objects live in: the real one, moved by an offset that advancing changes.
// Signatures and retries of webhooks use the real one.
#pragma once

#include "base/clock.hpp"

namespace tollgate::simulator {

class SimulatedClock {
 public:
  explicit SimulatedClock(const Clock& real) : real_(real) {}

  [[nodiscard]] std::int64_t now() const { return to_unix_seconds(real_.now()) + offset_s_; }
  /// From now on it is that time; also an earlier one, for a story that starts in the past.
  void set(std::int64_t now) { offset_s_ = now - to_unix_seconds(real_.now()); }

 private:
  const Clock& real_;
  std::int64_t offset_s_ = 0;
};

}  // namespace tollgate::simulator
