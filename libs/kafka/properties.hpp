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

/// INSTANCE_NAME: a consumer's name in its group, the same after a restart. Its default is the host
/// with the port listened on, which no two processes of a host share; empty where that is port 0.
std::string read_instance_name(Settings& settings, const Endpoint& listen);

}  // namespace tollgate::kafka
