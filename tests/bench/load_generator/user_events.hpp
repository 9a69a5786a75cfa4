// SPDX-License-Identifier: Apache-2.0
// The same story of events for many users, told in a shuffled order: what a topic is filled with,
// and what the floor under the projection stores.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "event_body.hpp"

namespace tollgate::bench {

struct UserEventsOptions {
  /// `<seconds after the story's begin>:<events/*.json.in file>`, in the order of the story.
  std::vector<std::string> story;
  std::uint64_t users = 1;
  std::string run = "bench";  ///< begins every identifier; five characters
};

/// Users one after another, shuffled inside windows of `window` events: about what parallel
/// deliveries do. The same options give the same events in the same order, but for their times.
class UserEvents {
 public:
  static constexpr std::uint64_t window = 1'000;

  /// Throws std::runtime_error as EventBody does.
  explicit UserEvents(const UserEventsOptions& options);

  [[nodiscard]] std::uint64_t count() const { return users_ * story_.size(); }
  /// The next body, empty after the last one. Valid until the next call.
  std::string_view next();

 private:
  struct Chapter {
    EventBody event;
    std::string text;  ///< the last one told
    std::int64_t after_s;
  };
  void shuffle_window();

  std::vector<Chapter> story_;
  const std::uint64_t users_;
  const Identifiers identifiers_;
  const std::time_t begun_;
  std::mt19937 random_{1};
  std::vector<std::uint64_t> window_;  ///< numbers of the events still to be told, the next last
  std::uint64_t shuffled_ = 0;         ///< events whose window was reached
};

}  // namespace tollgate::bench
