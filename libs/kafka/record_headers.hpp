// SPDX-License-Identifier: Apache-2.0
// Headers of a record as librdkafka takes them. For the .cpp files of libs/kafka only.
// What a record is, is kafka/record.hpp.
#pragma once

#include <span>

#include "kafka/handles.hpp"
#include "kafka/record.hpp"

namespace tollgate::kafka {

inline HeadersHandle copy_headers(std::span<const Header> headers) {
  HeadersHandle copy{rd_kafka_headers_new(headers.size())};
  for (const Header& header : headers) {
    rd_kafka_header_add(copy.get(), header.name.data(), static_cast<ssize_t>(header.name.size()),
                        header.value.data(), static_cast<ssize_t>(header.value.size()));
  }
  return copy;
}

}  // namespace tollgate::kafka
