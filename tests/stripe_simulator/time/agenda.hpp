// SPDX-License-Identifier: Apache-2.0
// What happens by itself later, of each clock in the order of time, and what of it is one object's.
// What the actions do is timeline.hpp's.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "stripe_simulator/world/json.hpp"

namespace tollgate::simulator {

/// Something that happens by itself later.
struct Due {
  std::int64_t at = 0;  ///< seconds of its clock's time
  std::string action;   ///< a row of timeline.cpp
  std::string object_id;
  auto operator<=>(const Due&) const = default;
};

class Agenda {
 public:
  /// `clock` is the id of a test clock, or empty for the time of all others.
  void add(const std::string& clock, Due due);
  /// Those of the object that are due for this action, or for any when it is empty.
  void remove(std::string_view object_id, std::string_view action);
  /// Takes the clock's earliest one that is due at that time or before; false when there is none.
  bool take(std::string_view clock, std::int64_t until, Due& due);

  /// Rows of `[at, action, object, clock]`.
  [[nodiscard]] Json to_json() const;
  /// False, and half read, for anything else.
  bool load(const Json& saved);

 private:
  struct Entry {
    std::string clock;
    Due due;
  };
  void forget(const std::string& clock, const Due& due);

  std::map<std::string, std::set<Due>, std::less<>> by_clock_;
  std::unordered_map<std::string, std::vector<Entry>> by_object_;
};

}  // namespace tollgate::simulator
