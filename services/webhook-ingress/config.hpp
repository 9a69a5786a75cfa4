// SPDX-License-Identifier: Apache-2.0
// Every setting of webhook-ingress, read once by main. `webhook-ingress --help` lists them.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "base/config.hpp"
#include "base/log.hpp"
#include "http/server.hpp"
#include "kafka/properties.hpp"

namespace tollgate::ingress {

struct Config {
  Endpoint http_listen;
  Endpoint admin_listen;
  log::Level log_level = log::Level::info;
  kafka::Properties kafka_properties;
  std::string topic;
  std::vector<std::string> webhook_secrets;
  std::int32_t queue_kbytes_max = 0;
  http::ServerLimits limits;
};

/// Look at settings.faults() before using the result.
Config read_config(Settings& settings);

/// After SIGTERM: requests under way get this long, then the process ends.
constexpr std::chrono::milliseconds drain_max{10'000};

}  // namespace tollgate::ingress
