// SPDX-License-Identifier: Apache-2.0
// What an empty world is given before anybody asks: a seed, the configured webhook endpoint, and
// the API calls of SIMULATOR_CALLS. A world that comes from the state file has had them.
#pragma once

#include <cstdint>
#include <string>

#include "stripe_simulator/api/api.hpp"

namespace tollgate::simulator {

struct Beginning {
  std::string webhook_url;     ///< takes every event; empty: no endpoint is made
  std::string webhook_secret;  ///< empty: one is invented
  /// One a line: `POST /v1/products id=prod_1&name=Handbook`; blank lines and those that begin
  /// with # say nothing.
  std::string calls;
};

/// From the system's randomness, never 0: ids of worlds that nobody means to repeat must never come
/// twice, because those who were told of the former ones remember them. 53 bits, which every
/// reader of JSON takes exactly.
std::uint64_t draw_seed();

/// Makes the endpoint unless it is there, and gives it its secret again.
void ensure_webhook_endpoint(World& world, const Beginning& beginning);

/// All of it, in an empty world. Throws std::runtime_error for a call that is refused.
void begin_world(World& world, Api& api, const Beginning& beginning);

}  // namespace tollgate::simulator
