// SPDX-License-Identifier: Apache-2.0
// Every setting of entitlements, read once by main. `entitlements --help` lists them.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "base/config.hpp"
#include "base/log.hpp"
#include "http/auth.hpp"
#include "kafka/properties.hpp"
#include "stripe/api_settings.hpp"

namespace tollgate::entitlements {

struct Config {
  Endpoint http_listen;
  Endpoint admin_listen;
  log::Level log_level = log::Level::info;
  std::string database_url;
  std::size_t database_pool_size = 0;
  kafka::Properties kafka_properties;
  std::string topic;
  std::string changes_topic;
  std::chrono::days facts_retention{};
  std::string catalog_file;
  stripe::ApiSettings stripe;
  double stripe_requests_per_second = 0;
  std::chrono::seconds sweep_interval{};
  http::UserAuthConfig user_auth;
  std::vector<http::ServiceAuth::Service> services;
  std::vector<std::string> cors_origins;
  std::string instance;  ///< names this process in the consumer group
};

/// Look at settings.faults() before using the result.
Config read_config(Settings& settings);

/// After SIGTERM: requests and the batch under way get this long, then the process ends.
constexpr std::chrono::milliseconds drain_max{10'000};

}  // namespace tollgate::entitlements
