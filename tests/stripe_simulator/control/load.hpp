// SPDX-License-Identifier: Apache-2.0
// Generated load: many buyers (stories.hpp) who live at a rate of so many events a second, at once
// or spread over simulated days. One load at a time.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "stripe_simulator/control/stories.hpp"
#include "stripe_simulator/time/simulated_clock.hpp"

namespace tollgate::simulator {

struct LoadOrder {
  std::int64_t customers = 0;
  std::int64_t events_per_second = 100;
  std::int64_t days = 0;  ///< the clock moves so far meanwhile; 0: not at all
  std::int64_t seed = 1;
  std::string prefix = "usr_load_";  ///< of the buyers' user ids: <prefix>0, <prefix>1, …
};

/// Nothing for members that are unknown or out of range.
std::optional<LoadOrder> read_load_order(const Json& body);

class Load {
 public:
  Load(World& world, Api& api, SimulatedClock& clock) : world_(world), api_(api), clock_(clock) {}

  /// Begins a new load in place of the one that runs, if any. Over days it moves the clock itself.
  void begin(const LoadOrder& order, std::chrono::steady_clock::time_point now);
  void stop();
  /// Lives on for a moment, as far as the rate allows. `after_turn` takes the new events.
  void go_on(std::chrono::steady_clock::time_point now, const std::function<void()>& after_turn);

  [[nodiscard]] bool is_running() const { return !agenda_.empty(); }
  [[nodiscard]] Json to_json() const;

 private:
  /// When the story at that index goes on, in simulated seconds.
  using Turn = std::pair<std::int64_t, std::size_t>;
  void take_turn(Turn turn);
  void finish();

  World& world_;
  Api& api_;
  SimulatedClock& clock_;
  LoadOrder order_;
  std::int64_t end_ = 0;
  std::uint64_t events_before_ = 0;
  std::uint64_t events_ = 0;
  std::uint64_t turns_ = 0;
  std::chrono::steady_clock::time_point begun_;
  std::vector<std::unique_ptr<Story>> stories_;
  std::vector<int> turns_left_;
  std::set<Turn> agenda_;
};

}  // namespace tollgate::simulator
