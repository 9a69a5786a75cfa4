// SPDX-License-Identifier: Apache-2.0
// A bound on the memory that all connections of a server hold together. One thread.
// A bound on one request's size is ServerLimits'.
#pragma once

#include <cstddef>

namespace tollgate::http {

class ByteBudget {
 public:
  explicit ByteBudget(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  /// False, and nothing taken, when that would exceed the bound.
  [[nodiscard]] bool take(std::size_t bytes) {
    if (bytes > bytes_max_ - bytes_) return false;
    bytes_ += bytes;
    return true;
  }
  void give_back(std::size_t bytes) { bytes_ -= bytes; }
  [[nodiscard]] std::size_t bytes() const { return bytes_; }

 private:
  const std::size_t bytes_max_;
  std::size_t bytes_ = 0;
};

}  // namespace tollgate::http
