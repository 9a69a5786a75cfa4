// SPDX-License-Identifier: Apache-2.0
// When whoever asked must have been answered, whatever there still was to ask. Passed on by every
// use case to every call to Stripe; what one single call may take is send_request.hpp's.
#pragma once

#include <algorithm>
#include <chrono>

namespace tollgate::checkout {

/// A request of the frontend: all its calls to Stripe, their repetitions, and `wait_s`. Below the
/// patience of nginx (40 s, deploy/demo-store/routes.conf) and of the shop's pages (45 s), so that
/// a buyer hears from us what became of it.
inline constexpr std::chrono::seconds request_max{30};

/// Of a clock that nobody sets.
class Deadline {
 public:
  /// With less than that there is nothing more to be done: it is nothing beside a call or a pause,
  /// and more than the milliseconds by which a call that is cut off here ends too early.
  static constexpr std::chrono::milliseconds useful_min{50};

  static Deadline in(std::chrono::milliseconds time) {
    return Deadline{std::chrono::steady_clock::now() + time};
  }

  /// Never negative.
  [[nodiscard]] std::chrono::milliseconds left() const {
    const auto left = at_ - std::chrono::steady_clock::now();
    return std::max(std::chrono::floor<std::chrono::milliseconds>(left),
                    std::chrono::milliseconds{0});
  }
  [[nodiscard]] bool has_passed() const { return left() < useful_min; }

 private:
  explicit Deadline(std::chrono::steady_clock::time_point at) : at_(at) {}

  std::chrono::steady_clock::time_point at_;
};

}  // namespace tollgate::checkout
