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
  static Deadline in(std::chrono::milliseconds time) {
    return Deadline{std::chrono::steady_clock::now() + time};
  }

  /// Zero when it has passed.
  [[nodiscard]] std::chrono::milliseconds left() const {
    const auto left = at_ - std::chrono::steady_clock::now();
    return std::max(std::chrono::floor<std::chrono::milliseconds>(left),
                    std::chrono::milliseconds{0});
  }
  [[nodiscard]] bool has_passed() const { return left() == std::chrono::milliseconds{0}; }

 private:
  explicit Deadline(std::chrono::steady_clock::time_point at) : at_(at) {}

  std::chrono::steady_clock::time_point at_;
};

}  // namespace tollgate::checkout
