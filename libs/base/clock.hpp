// SPDX-License-Identifier: Apache-2.0
// Points in time, the clock as an interface, and RFC 3339 texts.
// Pure code takes a Time; only composition and I/O edges hold a Clock.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tollgate {

/// UTC, microseconds: PostgreSQL's resolution, finer than anything Stripe sends.
using Time = std::chrono::sys_time<std::chrono::microseconds>;
using Seconds = std::chrono::seconds;

/// Stripe's whole seconds since 1970.
constexpr Time from_unix_seconds(std::int64_t seconds) {
  return Time{std::chrono::seconds{seconds}};
}
constexpr std::int64_t to_unix_seconds(Time time) {
  return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

/// RFC 3339 in UTC: `2026-11-21T04:00:00Z`, with six digits of fraction where they are not zero.
/// Years outside 0 to 9999, which RFC 3339 cannot write, become the nearest that it can.
std::string format_rfc3339(Time time);
/// The same at the end of `text`; allocates only when `text` has no room for 27 more bytes.
void append_rfc3339(std::string& text, Time time);

/// Any RFC 3339 date-time: offsets are applied, fractions of any length cut to microseconds.
std::optional<Time> parse_rfc3339(std::string_view text);

/// What time it is. Implementations may be called from any thread.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual Time now() const = 0;
};

class SystemClock final : public Clock {
 public:
  [[nodiscard]] Time now() const override {
    return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
  }
};

}  // namespace tollgate
