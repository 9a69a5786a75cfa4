// SPDX-License-Identifier: Apache-2.0
// What librdkafka must be told for a consumer whose offsets are kept outside Kafka.
// For consumer.cpp only.
#pragma once

#include "kafka/consumer.hpp"

namespace tollgate::kafka {

Properties consumer_defaults(const ConsumerOptions& options);

}  // namespace tollgate::kafka
