// SPDX-License-Identifier: Apache-2.0
// The event log on Kafka: Stripe's bytes as they came, routed by CloudEvents headers.
#pragma once

#include <memory>
#include <string>

#include "kafka/producer.hpp"
#include "webhook-ingress/event_log.hpp"

namespace tollgate::ingress {

/// `producer` outlives the log. One io thread.
std::unique_ptr<EventLog> make_kafka_event_log(kafka::Producer& producer, std::string topic);

}  // namespace tollgate::ingress
