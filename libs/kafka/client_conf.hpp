// SPDX-License-Identifier: Apache-2.0
// librdkafka's configuration object, filled from properties, with its log lines routed to ours.
// For the .cpp files of libs/kafka only.
#pragma once

#include <string>

#include "kafka/handles.hpp"
#include "kafka/properties.hpp"

namespace tollgate::kafka {

/// The network's properties, alike for every client, then `defaults` of the client's kind, then
/// `given` (KAFKA_BROKERS and the properties file), which has the last word.
/// Throws std::runtime_error naming the property that librdkafka refuses.
ConfHandle make_conf(const Properties& defaults, const Properties& given);

/// For a client that takes librdkafka's errors as events or by a callback: it says every failure of
/// a broker there as well, so the log line about it is left out.
void leave_broker_failures_to_errors(rd_kafka_conf_t* conf);

/// Consumes `conf`. Throws std::runtime_error with librdkafka's reason.
ClientHandle make_client(rd_kafka_type_t type, ConfHandle conf);

}  // namespace tollgate::kafka
