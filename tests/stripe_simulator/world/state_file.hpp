// SPDX-License-Identifier: Apache-2.0
// The world between two runs, and what its clients were answered: one JSON file, replaced as a
// whole, so that an answer is remembered if and only if what it tells of is.
#pragma once

#include <chrono>
#include <string>

#include "stripe_simulator/api/idempotency.hpp"
#include "stripe_simulator/time/simulated_clock.hpp"
#include "stripe_simulator/world/world.hpp"

namespace tollgate::simulator {

enum class Loaded { nothing, everything };

class StateFile {
 public:
  /// An empty path keeps nothing. Everything given outlives it.
  StateFile(std::string path, World& world, IdempotentAnswers& answers, SimulatedClock& clock);

  /// Nothing when there is no file yet. Throws std::runtime_error for one that cannot be read: a
  /// Stripe that has forgotten its customers should be somebody's decision.
  Loaded load();
  /// Nothing when all is as it was saved last. Throws std::runtime_error when it cannot.
  void save();
  /// The same, unless it is too soon: of a large world saving takes a twentieth of the time.
  void save_at_leisure();

 private:
  [[nodiscard]] std::uint64_t revision() const;

  const std::string path_;
  World& world_;
  IdempotentAnswers& answers_;
  SimulatedClock& clock_;
  std::uint64_t saved_revision_ = 0;
  std::chrono::steady_clock::time_point next_save_;
};

}  // namespace tollgate::simulator
