// SPDX-License-Identifier: Apache-2.0
// How the simulated Stripe misbehaves, on request: shares of calls and deliveries, drawn from one
// seed so that a run can be repeated.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <random>

#include "json.hpp"

namespace tollgate::simulator {

/// Percents are 0 to 100; everything off is the default.
struct FaultRates {
  std::int64_t api_latency_ms = 0;
  std::int64_t api_error_percent = 0;       ///< 500, and nothing was done
  std::int64_t api_rate_limit_percent = 0;  ///< 429, and nothing was done
  std::int64_t duplicate_percent = 0;       ///< the same event comes a second time
  std::int64_t delay_ms_max = 0;            ///< each waits for a random while: the order is lost
  std::int64_t drop_percent = 0;            ///< the first attempt is lost, the next one is sent
  std::int64_t forge_percent = 0;           ///< beside it comes a copy with a wrong signature
  std::int64_t seed = 1;
};

/// Nothing for members that are unknown or out of range.
std::optional<FaultRates> read_fault_rates(const Json& body);
Json fault_rates_json(const FaultRates& rates);

/// The rates in force, and the dice.
class Faults {
 public:
  void set(const FaultRates& rates);
  [[nodiscard]] const FaultRates& rates() const { return rates_; }

  /// True for that share of the calls.
  bool happens(std::int64_t percent);
  std::chrono::milliseconds delay();

 private:
  FaultRates rates_;
  std::mt19937_64 dice_{1};
};

}  // namespace tollgate::simulator
