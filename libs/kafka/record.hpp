// SPDX-License-Identifier: Apache-2.0
// What travels: a record to be published and a record that was read. Views only, nothing is owned.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "base/header.hpp"

namespace tollgate::kafka {

using tollgate::Header;

/// Handed to Producer::publish, which copies it before it first suspends.
struct OutgoingRecord {
  std::string_view topic{};
  std::string_view key{};
  std::string_view value{};
  std::span<const Header> headers{};
};

/// Valid while the RecordBatch that holds it lives.
struct Record {
  std::string_view topic{};
  std::int32_t partition = 0;
  std::int64_t offset = 0;
  std::string_view key{};
  std::string_view value{};
  std::vector<Header> headers{};
  std::int64_t timestamp_ms = 0;  ///< Unix milliseconds, set by the producer or the broker

  /// The first header of that name, or an empty view.
  [[nodiscard]] std::string_view header(std::string_view name) const {
    for (const Header& candidate : headers) {
      if (candidate.name == name) return candidate.value;
    }
    return {};
  }
};

}  // namespace tollgate::kafka
