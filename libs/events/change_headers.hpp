// SPDX-License-Identifier: Apache-2.0
// The headers of a record on entitlements.changes: CloudEvents 1.0, Kafka binding, binary mode. The
// value is proto/events/entitlements_changed.proto; records of stripe.events have cloudevents.hpp.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/header.hpp"

namespace tollgate::events {

inline constexpr std::string_view entitlements_changed_type = "com.tollgate.entitlements.changed";
inline constexpr std::string_view entitlements_source = "tollgate:entitlements";

/// Owns the texts that its headers view.
class ChangeHeaders {
 public:
  /// `recorded_at`: when the version was made.
  ChangeHeaders(std::string_view user_id, std::int64_t version, Time recorded_at);
  ChangeHeaders(const ChangeHeaders&) = delete;
  ChangeHeaders& operator=(const ChangeHeaders&) = delete;

  [[nodiscard]] std::span<const Header> headers() const { return headers_; }

 private:
  std::string user_id_;
  std::string id_;  ///< `<user id>:<version>`: the same change published twice has one id
  std::string time_;
  std::array<Header, 7> headers_;
};

}  // namespace tollgate::events
