// SPDX-License-Identifier: Apache-2.0
// How the simulated Stripe misbehaves, on request: shares of calls and deliveries, drawn from one
// seed so that a run can be repeated.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <random>

#include "stripe_simulator/world/json.hpp"

namespace tollgate::simulator {

/// Percents are 0 to 100; everything off is the default.
struct FaultRates {
  std::int64_t api_latency_ms = 0;
  std::int64_t api_error_percent = 0;       ///< 500, and nothing was done
  std::int64_t api_rate_limit_percent = 0;  ///< 429, and nothing was done
  std::int64_t api_reset_percent = 0;       ///< no answer; half of them after everything was done
  std::int64_t duplicate_percent = 0;       ///< the same event comes a second time
  std::int64_t twin_percent = 0;            ///< two event objects, two ids, for one change
  std::int64_t delay_ms_max = 0;            ///< each waits for a random while: the order is lost
  std::int64_t reorder_percent = 0;         ///< comes behind those of the next second
  std::int64_t drop_percent = 0;            ///< the first attempt is lost, the next one is sent
  std::int64_t old_version_percent = 0;     ///< later comes a copy in an older version's shapes
  std::int64_t forge_percent = 0;           ///< beside it comes a copy with a wrong signature
  std::int64_t same_second_s = 0;           ///< time goes in steps of so many seconds
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

  /// True for that share of the calls of the API, and of the deliveries. Each have dice of their
  /// own, lest a client's calls change what is delivered.
  bool happens_to_call(std::int64_t percent) { return happens(call_dice_, percent); }
  bool happens(std::int64_t percent) { return happens(dice_, percent); }
  std::chrono::milliseconds delay();
  /// 0 to less than `choices`.
  std::int64_t draw(std::int64_t choices);

 private:
  static bool happens(std::mt19937_64& dice, std::int64_t percent);

  FaultRates rates_;
  std::mt19937_64 dice_{1};
  std::mt19937_64 call_dice_{2};
};

}  // namespace tollgate::simulator
