// SPDX-License-Identifier: Apache-2.0
// The last attempts to deliver webhooks and what was answered, for people who look at the
// dashboard. What is still to be sent is deliveries.hpp's.
#pragma once

#include <chrono>
#include <deque>
#include <string>

#include "base/clock.hpp"
#include "stripe_simulator/world/json.hpp"

namespace tollgate::simulator {

struct DeliveryAttempt {
  std::string event_id;
  std::string url;
  unsigned status = 0;      ///< 0: no answer
  std::string_view reason;  ///< of no answer; a constant
  Time at{};
  std::chrono::milliseconds took{0};
};

class DeliveryLog {
 public:
  void add(DeliveryAttempt attempt);
  /// Newest first; all that are remembered for an empty id.
  [[nodiscard]] Json to_json(std::string_view event_id) const;
  void clear() { attempts_.clear(); }

 private:
  std::deque<DeliveryAttempt> attempts_;
};

}  // namespace tollgate::simulator
