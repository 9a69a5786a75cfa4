// SPDX-License-Identifier: Apache-2.0
#include "kafka/fetcher_waker.hpp"

namespace tollgate::kafka {
namespace {

std::string value_of(const Properties& properties, const std::string& name) {
  const auto found = properties.find(name);
  return found == properties.end() ? std::string{} : found->second;
}

}  // namespace

FetcherWaker::FetcherWaker(rd_kafka_t* client, const Properties& properties,
                           std::int32_t fetched_kbytes_max)
    : client_(client),
      username_(value_of(properties, "sasl.username")),
      password_(value_of(properties, "sasl.password")),
      wake_bytes_(static_cast<std::size_t>(fetched_kbytes_max) * 1024 / 8) {}

void FetcherWaker::room_made(std::size_t bytes) {
  bytes_ += bytes;
  if (bytes_ < wake_bytes_) return;
  bytes_ = 0;
  // The one call that wakes every broker thread and asks no broker anything. The credentials are
  // those that the client has already; without SASL they are empty and never looked at.
  const ErrorHandle ignored{
      rd_kafka_sasl_set_credentials(client_, username_.c_str(), password_.c_str())};
}

}  // namespace tollgate::kafka
