// SPDX-License-Identifier: Apache-2.0
// Every setting of checkout, read once by main. `checkout --help` lists them.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "base/config.hpp"
#include "base/log.hpp"
#include "http/auth.hpp"
#include "http/server.hpp"
#include "kafka/properties.hpp"
#include "stripe/api_settings.hpp"

namespace tollgate::checkout {

struct Config {
  Endpoint http_listen;
  Endpoint admin_listen;
  log::Level log_level = log::Level::info;
  std::string database_url;
  std::size_t database_pool_size = 0;
  kafka::Properties kafka_properties;
  std::string topic;
  std::string catalog_file;
  stripe::ApiSettings stripe;
  double stripe_requests_per_second = 0;
  http::UserAuthConfig user_auth;
  std::vector<std::string> cors_origins;
  std::vector<std::string> redirect_origins;
  double user_requests_per_minute = 0;
  std::vector<std::string> payment_methods_allowed;   ///< empty: Stripe chooses
  std::vector<std::string> payment_methods_excluded;  ///< of those that Stripe would choose
  bool refund_doubles = false;
  http::ServerLimits limits;
  std::string instance;  ///< names this process in the consumer group
};

/// Look at settings.faults() before using the result.
Config read_config(Settings& settings);

/// After SIGTERM: requests under way get this long, then the process ends. What is cut off is taken
/// up again by the next request: see follow_attempt.hpp.
constexpr std::chrono::milliseconds drain_max{10'000};

}  // namespace tollgate::checkout
