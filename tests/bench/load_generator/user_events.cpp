// SPDX-License-Identifier: Apache-2.0
#include "user_events.hpp"

#include <algorithm>
#include <ctime>
#include <numeric>
#include <stdexcept>

namespace tollgate::bench {
namespace {

// Nothing happens in the future; the stories begin in the hour before.
constexpr std::time_t hour_s = 3'600;

}  // namespace

UserEvents::UserEvents(const UserEventsOptions& options)
    : users_(options.users),
      identifiers_(options.run),
      begun_(std::time(nullptr) - hour_s - static_cast<std::time_t>(options.story.size())) {
  for (const std::string& chapter : options.story) {
    const auto colon = chapter.find(':');
    if (colon == chapter.npos) throw std::runtime_error(chapter + " is not <seconds>:<file>");
    EventBody event{chapter.substr(colon + 1)};
    std::string text = event.blank();
    story_.push_back({std::move(event), std::move(text), std::stoll(chapter)});
  }
}

std::string_view UserEvents::next() {
  if (window_.empty()) shuffle_window();
  if (window_.empty()) return {};
  const std::uint64_t number = window_.back();
  window_.pop_back();
  const std::uint64_t user = number / story_.size();
  Chapter& chapter = story_[number % story_.size()];
  const std::time_t begun = begun_ + static_cast<std::time_t>(user) % hour_s;
  const std::string event_id = identifiers_.of(number);
  const std::string object_id = identifiers_.of(user);
  chapter.event.fill(chapter.text.data(), {.event_id = event_id,
                                           .object_id = object_id,
                                           .begun = begun,
                                           .now = begun + chapter.after_s});
  return chapter.text;
}

void UserEvents::shuffle_window() {
  window_.resize(std::min(window, count() - shuffled_));
  std::iota(window_.begin(), window_.end(), shuffled_);
  shuffled_ += window_.size();
  std::shuffle(window_.begin(), window_.end(), random_);
}

}  // namespace tollgate::bench
