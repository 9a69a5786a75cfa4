// SPDX-License-Identifier: Apache-2.0
// Structured logs: one JSON object a line on stderr. Never pass bodies, secrets or Stripe keys.
// For numbers that are watched over time use base/metrics.hpp.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace tollgate::log {

enum class Level { debug, info, warning, error };

/// One member of the JSON object beside `time`, `level`, `service` and `message`.
struct Field {
  std::string_view key;  ///< snake_case: `event_id`, `request_id`, `reason`
  std::variant<std::string_view, std::int64_t, double, bool> value;

  Field(std::string_view name, std::string_view text) : key(name), value(text) {}
  Field(std::string_view name, const std::string& text)
      : key(name), value(std::string_view{text}) {}
  Field(std::string_view name, const char* text) : key(name), value(std::string_view{text}) {}
  Field(std::string_view name, bool flag) : key(name), value(flag) {}
  Field(std::string_view name, double number) : key(name), value(number) {}
  template <std::integral Number>
  Field(std::string_view name, Number number)
      : key(name), value(static_cast<std::int64_t>(number)) {}
};
using Fields = std::initializer_list<Field>;

/// Names the service in every line and sets the lowest level written. Called once, by main, before
/// any thread starts; lines before it carry the service name `tollgate`.
void open(std::string_view service, Level lowest);

/// `debug`, `info`, `warning` or `error`; anything else is no level.
std::optional<Level> parse_level(std::string_view text);

/// Any thread. Text that is not UTF-8 is written with U+FFFD in place of the bad bytes.
void write(Level level, std::string_view message, Fields fields = {});

/// The same for a line that others can cause at will, a stranger or a broker: of each message and
/// `kind` (a closed set, say the reason) ten lines at once, then one a second. A line after some
/// that were not written says how many, as `left_out`. What must be counted exactly is a metric's.
void write_bounded(Level level, std::string_view kind, std::string_view message,
                   Fields fields = {});

inline void debug(std::string_view message, Fields fields = {}) {
  write(Level::debug, message, fields);
}
inline void info(std::string_view message, Fields fields = {}) {
  write(Level::info, message, fields);
}
inline void warning(std::string_view message, Fields fields = {}) {
  write(Level::warning, message, fields);
}
inline void error(std::string_view message, Fields fields = {}) {
  write(Level::error, message, fields);
}

}  // namespace tollgate::log
