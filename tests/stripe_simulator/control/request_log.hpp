// SPDX-License-Identifier: Apache-2.0
// The last calls of the API, for tests that ask what a service sent.
#pragma once

#include <cstdint>
#include <deque>

#include "http/request.hpp"
#include "stripe_simulator/world/json.hpp"

namespace tollgate::simulator {

class RequestLog {
 public:
  void add(const http::Request& request, unsigned status, std::int64_t simulated_time);
  /// Oldest first: method, path, parameters (the form as a tree), headers, status, time.
  [[nodiscard]] Json to_json() const;
  void clear() { entries_.clear(); }

 private:
  std::deque<Json> entries_;
};

}  // namespace tollgate::simulator
