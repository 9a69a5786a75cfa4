// SPDX-License-Identifier: Apache-2.0
#include "stripe_simulator/control/faults.hpp"

#include <algorithm>

namespace tollgate::simulator {
namespace {

constexpr std::int64_t percent_max = 100;
constexpr std::int64_t latency_max_ms = 30'000;
constexpr std::int64_t delay_max_ms = 3'600'000;
constexpr std::int64_t same_second_max_s = 3'600;
constexpr std::int64_t reorder_max_ms = 1'000;

struct Row {
  std::string_view name;
  std::int64_t FaultRates::*rate;
  std::int64_t max;
};
constexpr Row rows[] = {
    {"api_latency_ms", &FaultRates::api_latency_ms, latency_max_ms},
    {"api_error_percent", &FaultRates::api_error_percent, percent_max},
    {"api_rate_limit_percent", &FaultRates::api_rate_limit_percent, percent_max},
    {"api_reset_percent", &FaultRates::api_reset_percent, percent_max},
    {"duplicate_percent", &FaultRates::duplicate_percent, percent_max},
    {"twin_percent", &FaultRates::twin_percent, percent_max},
    {"delay_ms_max", &FaultRates::delay_ms_max, delay_max_ms},
    {"reorder_percent", &FaultRates::reorder_percent, percent_max},
    {"drop_percent", &FaultRates::drop_percent, percent_max},
    {"old_version_percent", &FaultRates::old_version_percent, percent_max},
    {"forge_percent", &FaultRates::forge_percent, percent_max},
    {"same_second_s", &FaultRates::same_second_s, same_second_max_s},
    {"seed", &FaultRates::seed, INT64_MAX},
};

}  // namespace

std::optional<FaultRates> read_fault_rates(const Json& body) {
  FaultRates rates;
  for (const Member& member : body.members()) {
    const auto* const row = std::find_if(std::begin(rows), std::end(rows), [&](const Row& known) {
      return known.name == member.key;
    });
    const std::int64_t value = member.value.integer(-1);
    if (row == std::end(rows) || value < 0 || value > row->max) return std::nullopt;
    rates.*(row->rate) = value;
  }
  return rates;
}

Json fault_rates_json(const FaultRates& rates) {
  Json body = Json::object();
  for (const Row& row : rows) body[row.name] = rates.*(row.rate);
  return body;
}

void Faults::set(const FaultRates& rates) {
  rates_ = rates;
  dice_.seed(static_cast<std::uint64_t>(rates.seed));
  call_dice_.seed(~static_cast<std::uint64_t>(rates.seed));
}

// No draw where nothing can come of it: a knob that is off does not move the others' dice.
bool Faults::happens(std::mt19937_64& dice, std::int64_t percent) {
  return percent > 0 && dice() % percent_max < static_cast<std::uint64_t>(percent);
}

std::int64_t Faults::draw(std::int64_t choices) {
  return static_cast<std::int64_t>(dice_() % static_cast<std::uint64_t>(choices));
}

std::chrono::milliseconds Faults::delay() {
  std::chrono::milliseconds wait{};
  if (rates_.delay_ms_max > 0) wait += std::chrono::milliseconds{draw(rates_.delay_ms_max + 1)};
  if (happens(rates_.reorder_percent)) wait += std::chrono::milliseconds{draw(reorder_max_ms + 1)};
  return wait;
}

}  // namespace tollgate::simulator
