// SPDX-License-Identifier: Apache-2.0
// Every setting of the operator, read once by main. What one command alone needs is an option of
// that command; `operator --help` lists both.
#pragma once

#include <cstdint>
#include <string>

#include "base/config.hpp"
#include "base/log.hpp"
#include "kafka/properties.hpp"
#include "stripe/api_settings.hpp"

namespace tollgate::operations {

struct Config {
  log::Level log_level = log::Level::info;
  kafka::Properties kafka_properties;
  std::string stripe_events_topic;
  std::int64_t stripe_events_retention_days = 0;
  std::string entitlements_changes_topic;
  stripe::ApiSettings stripe;
  std::string catalog_file;
};

/// Look at settings.faults() before using the result.
Config read_config(Settings& settings);

}  // namespace tollgate::operations
