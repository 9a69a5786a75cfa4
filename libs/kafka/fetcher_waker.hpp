// SPDX-License-Identifier: Apache-2.0
// Keeps librdkafka fetching at full speed with a small queue. Up to version 2.1 its broker threads
// look at a full queue (`queued.max.messages.kbytes`) only once a second again
// (https://github.com/confluentinc/librdkafka/issues/2879). For consumer.cpp only.
#pragma once

#include <cstdint>
#include <string>

#include "kafka/handles.hpp"
#include "kafka/properties.hpp"

namespace tollgate::kafka {

/// One thread at a time; the client outlives it.
class FetcherWaker {
 public:
  FetcherWaker(rd_kafka_t* client, const Properties& properties, std::int32_t fetched_kbytes_max);

  /// So many bytes were taken from the queue. Wakes the broker threads once an eighth of the limit
  /// has been taken: whenever a full queue empties, they are woken several times on the way.
  void room_made(std::size_t bytes);

 private:
  rd_kafka_t* client_;
  const std::string username_;
  const std::string password_;
  const std::size_t wake_bytes_;
  std::size_t bytes_ = 0;
};

}  // namespace tollgate::kafka
