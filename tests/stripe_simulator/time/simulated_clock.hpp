// SPDX-License-Identifier: Apache-2.0
// The time that objects live in: the real one, moved by an offset that advancing changes.
// Signatures and retries of webhooks use the real one.
#pragma once

#include <optional>
#include <utility>

#include "base/clock.hpp"

namespace tollgate::simulator {

class SimulatedClock {
 public:
  explicit SimulatedClock(const Clock& real) : real_(real) {}

  [[nodiscard]] std::int64_t now() const {
    const std::int64_t passed = moving_now() - step_begin_;
    return step_begin_ + (step_s_ > 1 ? passed - passed % step_s_ : passed);
  }
  [[nodiscard]] std::int64_t real_now() const { return to_unix_seconds(real_.now()); }
  /// From now on it is that time; also an earlier one, for a story that starts in the past.
  void set(std::int64_t now) {
    if (held_) held_ = now;
    offset_s_ = now - real_now();
    step_begin_ = now;
  }
  /// It moves by set() alone, until release(): what happens meanwhile can be repeated.
  void hold() { held_ = now(); }
  void release() {
    if (const auto held = std::exchange(held_, std::nullopt)) set(*held);
  }
  /// From now on it stands still for so many seconds and then goes on by as many: what happens
  /// meanwhile shares a second. 0 or 1: it goes as it should.
  void set_step(std::int64_t seconds) {
    step_begin_ = now();
    step_s_ = seconds;
  }

 private:
  [[nodiscard]] std::int64_t moving_now() const { return held_ ? *held_ : real_now() + offset_s_; }

  const Clock& real_;
  std::int64_t offset_s_ = 0;
  std::optional<std::int64_t> held_;
  std::int64_t step_s_ = 0;
  std::int64_t step_begin_ = 0;
};

}  // namespace tollgate::simulator
