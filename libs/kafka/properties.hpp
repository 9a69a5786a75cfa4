// SPDX-License-Identifier: Apache-2.0
// librdkafka's properties: ours first, then what KAFKA_PROPERTIES_FILE adds or overrides.
#pragma once

#include <map>
#include <string>

#include "base/config.hpp"

namespace tollgate::kafka {

/// librdkafka's names and values, as its CONFIGURATION.md lists them.
using Properties = std::map<std::string, std::string>;

/// `bootstrap.servers` from KAFKA_BROKERS and the lines `name=value` of KAFKA_PROPERTIES_FILE
/// (TLS, SASL; `#` starts a comment line). A line that is neither is a fault of the settings, and
/// so is a property on which a promise of ours rests: `acks`, say, or who commits offsets.
Properties read_properties(Settings& settings);

}  // namespace tollgate::kafka
