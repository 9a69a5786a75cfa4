// SPDX-License-Identifier: Apache-2.0
// Which objects refer to which: those of a customer, of a subscription, … without a look at all of
// them. World keeps it; lists and state machines ask it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "stripe_simulator/world/json.hpp"

namespace tollgate::simulator {

class ObjectIndex {
 public:
  /// What an object is found by, as it was entered; kept beside it for leave().
  using Entries = std::vector<std::string>;

  /// Whether objects of that kind are found by that member.
  static bool covers(std::string_view kind, std::string_view path);

  /// Enters the object as it is now and takes out what it was entered as. `number` orders objects
  /// by their making.
  void update(std::uint64_t number, const Json& object, Entries& entries);
  void leave(std::uint64_t number, Entries& entries);

  /// In the order of their making.
  [[nodiscard]] std::vector<std::string> find(std::string_view kind, std::string_view path,
                                              std::string_view value) const;

 private:
  std::unordered_map<std::string, std::map<std::uint64_t, std::string>> ids_;
};

}  // namespace tollgate::simulator
