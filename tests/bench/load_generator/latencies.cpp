// SPDX-License-Identifier: Apache-2.0
#include "latencies.hpp"

#include <algorithm>
#include <cmath>

namespace tollgate::bench {

void Latencies::add(std::chrono::steady_clock::duration latency) {
  const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(latency).count();
  micros_.push_back(static_cast<std::uint32_t>(std::max<std::int64_t>(micros, 0)));
}

double Latencies::quantile_ms(double share) {
  if (micros_.empty()) return 0;
  std::sort(micros_.begin(), micros_.end());
  const double rank = std::ceil(share * static_cast<double>(micros_.size()));
  const auto index = static_cast<std::size_t>(std::max(rank, 1.0)) - 1;
  return micros_[std::min(index, micros_.size() - 1)] / 1000.0;
}

}  // namespace tollgate::bench
