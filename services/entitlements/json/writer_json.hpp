// SPDX-License-Identifier: Apache-2.0
// Writes JSON member by member, for the answers of reads. What is parsed again, or is on the short
// way of a look-up, has a file of its own (entitlements_json.hpp).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace tollgate::entitlements {

/// Inside an object every value has a key; inside a list and at the start it has none.
class JsonWriter {
 public:
  JsonWriter();
  ~JsonWriter();
  JsonWriter(const JsonWriter&) = delete;
  JsonWriter& operator=(const JsonWriter&) = delete;

  void begin_object();
  void begin_object(std::string_view key);
  void end_object();
  void begin_list(std::string_view key);
  void end_list();

  void text(std::string_view value);
  void text(std::string_view key, std::string_view value);
  /// The empty text becomes null.
  void text_or_null(std::string_view key, std::string_view value);
  void number(std::string_view key, std::optional<std::int64_t> value);
  void flag(std::string_view key, bool value);
  /// RFC 3339.
  void time(std::string_view key, const std::optional<Time>& value);
  void null(std::string_view key);
  /// An object's text as it is.
  void object(std::string_view key, std::string_view json);

  [[nodiscard]] std::string take() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tollgate::entitlements
