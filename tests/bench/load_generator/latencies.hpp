// SPDX-License-Identifier: Apache-2.0
// Latencies of a run, all of them kept: quantiles are exact, no buckets.
#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

namespace tollgate::bench {

class Latencies {
 public:
  void add(std::chrono::steady_clock::duration latency);
  [[nodiscard]] std::size_t count() const { return micros_.size(); }
  /// The smallest latency that at least this share of all does not exceed; 0 without any.
  /// Sorts, so ask after the run.
  double quantile_ms(double share);

 private:
  std::vector<std::uint32_t> micros_;
};

}  // namespace tollgate::bench
