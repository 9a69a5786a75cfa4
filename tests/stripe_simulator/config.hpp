// SPDX-License-Identifier: Apache-2.0
// Every setting of the simulator, read once by main. `stripe_simulator --help` lists them.
#pragma once

#include <string>

#include "base/config.hpp"
#include "base/log.hpp"
#include "stripe_simulator/control/beginning.hpp"
#include "stripe_simulator/delivery/deliveries.hpp"

namespace tollgate::simulator {

struct Config {
  Endpoint http_listen;
  Endpoint admin_listen;
  log::Level log_level = log::Level::info;
  std::string state_file;
  std::string pages_url;
  Beginning beginning;
  std::uint64_t seed = 0;  ///< of a world that no state file holds; 0: one is drawn
  RetryPolicy retries;
};

/// Look at settings.faults() before using the result.
Config read_config(Settings& settings);

}  // namespace tollgate::simulator
