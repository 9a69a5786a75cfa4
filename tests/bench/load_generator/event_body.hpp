// SPDX-License-Identifier: Apache-2.0
// An events/*.json.in file as the body of many events, patched in place. Signed requests are made
// of it by event_template.hpp, whole topics by user_events.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <ctime>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tollgate::bench {

/// Identifiers of fixed width that differ from run to run and from number to number.
class Identifiers {
 public:
  static constexpr std::size_t width = 14;

  Identifiers();
  explicit Identifiers(std::string run) : run_(std::move(run)) {}
  [[nodiscard]] std::string of(std::uint64_t number) const;

 private:
  std::string run_;
};

/// What stands for %EVENT%, %OBJECT%, %BEGUN% and %NOW%; %LATER% is a month after %BEGUN%.
struct EventValues {
  std::string_view event_id;  ///< an identifier, as the object's
  std::string_view object_id;
  std::time_t begun = 0;  ///< when the story of the object's user began
  std::time_t now = 0;    ///< when the event was made
};

/// All bodies of a file have the same length.
class EventBody {
 public:
  /// Throws std::runtime_error when the file cannot be read or holds an unknown placeholder.
  explicit EventBody(const std::string& file);

  /// With zeroes in the placeholders' places.
  [[nodiscard]] const std::string& blank() const { return blank_; }
  [[nodiscard]] std::size_t bytes() const { return blank_.size(); }
  /// `body` points to a copy of blank(), or to an earlier event of this file.
  void fill(char* body, const EventValues& values) const;

 private:
  using Places = std::vector<std::size_t>;
  std::pair<Places*, std::size_t> placeholder(std::string_view name);

  std::string blank_;
  Places events_, objects_, begun_, now_, later_;
};

}  // namespace tollgate::bench
