// SPDX-License-Identifier: Apache-2.0
// Whether it is worth asking a server that did not answer lately. Pure; send_request.hpp asks it.
#pragma once

#include <chrono>
#include <optional>

#include "base/clock.hpp"

namespace tollgate::checkout {

/// Closed: everybody asks. After `failures_max` failures in a row nobody does for `rest`; then one
/// asks on trial, and the answer decides. One thread.
class Breaker {
 public:
  static constexpr int failures_max = 3;
  static constexpr std::chrono::seconds rest{5};
  /// A trial without an outcome (its request was cut off) is over after that.
  static constexpr std::chrono::seconds trial_max{30};

  /// Nothing: go on. Else how long nobody should ask.
  std::optional<std::chrono::seconds> refusal(Time now);
  /// The request did not get as far as the server, which says nothing about it: if it was the
  /// trial, the next one is.
  void unsent(Time now);
  void succeeded();
  void failed(Time now);

  [[nodiscard]] bool is_open() const { return failures_ >= failures_max; }

 private:
  int failures_ = 0;
  Time closed_until_{};
};

}  // namespace tollgate::checkout
