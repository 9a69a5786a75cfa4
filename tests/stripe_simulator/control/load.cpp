// SPDX-License-Identifier: Apache-2.0
#include "stripe_simulator/control/load.hpp"

#include <algorithm>
#include <cctype>
#include <random>

#include "stripe_simulator/time/timeline.hpp"

namespace tollgate::simulator {
namespace {

using std::chrono::steady_clock;

constexpr std::int64_t customers_max = 100'000;
constexpr std::int64_t events_per_second_max = 100'000;
constexpr std::int64_t days_max = 2 * 366;
constexpr std::size_t prefix_characters_max = 100;
constexpr std::int64_t day_s = 24 * 3600;
// Without days a buyer lives so many turns; with them, until the last day.
constexpr int turns_at_once = 12;
// Buyers begin within this part of the days.
constexpr double beginners_share = 0.6;
// Sending needs the thread too: a moment's work ends after this.
constexpr std::chrono::milliseconds moment_max{4};

/// A user id goes into forms and addresses as it is.
bool is_prefix(const std::string& text) {
  constexpr std::string_view further = "_-.";
  return !text.empty() && text.size() <= prefix_characters_max &&
         std::all_of(text.begin(), text.end(), [&](unsigned char letter) {
           return std::isalnum(letter) != 0 || further.find(letter) != std::string_view::npos;
         });
}

}  // namespace

std::optional<LoadOrder> read_load_order(const Json& body) {
  LoadOrder order;
  for (const Member& member : body.members()) {
    const std::int64_t number = member.value.integer(-1);
    if (member.key == "customers" && number >= 1 && number <= customers_max) {
      order.customers = number;
    } else if (member.key == "events_per_second" && number >= 1 &&
               number <= events_per_second_max) {
      order.events_per_second = number;
    } else if (member.key == "days" && number >= 0 && number <= days_max) {
      order.days = number;
    } else if (member.key == "seed" && number >= 0) {
      order.seed = number;
    } else if (member.key == "prefix" && is_prefix(member.value.text())) {
      order.prefix = member.value.text();
    } else {
      return std::nullopt;
    }
  }
  if (order.customers == 0) return std::nullopt;
  return order;
}

void Load::begin(const LoadOrder& order, steady_clock::time_point now) {
  stop();
  order_ = order;
  begun_ = now;
  events_before_ = world_.events_made();
  events_ = turns_ = 0;
  if (order.days > 0) clock_.hold();
  const std::int64_t start = clock_.now();
  end_ = start + order.days * day_s;
  std::mt19937_64 dice{static_cast<std::uint64_t>(order.seed)};
  const auto spread =
      static_cast<std::uint64_t>(beginners_share * static_cast<double>(end_ - start));
  for (std::int64_t i = 0; i < order.customers; ++i) {
    const std::uint64_t seed = dice();
    const auto later = static_cast<std::int64_t>(dice() % (spread + 1));
    agenda_.emplace(start + later, stories_.size());
    stories_.push_back(
        std::make_unique<Story>(world_, api_, order.prefix + std::to_string(i), seed));
    turns_left_.push_back(turns_at_once);
  }
}

void Load::stop() {
  clock_.release();
  agenda_.clear();
  stories_.clear();
  turns_left_.clear();
}

void Load::go_on(steady_clock::time_point now, const std::function<void()>& after_turn) {
  if (!is_running()) return;
  const double elapsed_s = std::chrono::duration<double>(now - begun_).count();
  const auto allowed =
      static_cast<std::uint64_t>(elapsed_s * static_cast<double>(order_.events_per_second));
  while (is_running() && events_ < allowed && steady_clock::now() < now + moment_max) {
    take_turn(*agenda_.begin());
    after_turn();
    events_ = world_.events_made() - events_before_;
  }
  if (is_running()) return;
  finish();
  after_turn();
}

void Load::take_turn(Turn turn) {
  agenda_.erase(agenda_.begin());
  const auto [at, index] = turn;
  if (order_.days > 0 && at > clock_.now()) clock_.set(at);
  pass_time(world_, clock_.now());
  const std::int64_t wait = stories_[index]->go_on();
  ++turns_;
  --turns_left_[index];
  const bool lives_on = order_.days > 0 ? at + wait < end_ : turns_left_[index] > 0;
  if (lives_on) agenda_.emplace(order_.days > 0 ? at + wait : at, index);
}

/// The last days pass without anybody.
void Load::finish() {
  if (order_.days > 0 && end_ > clock_.now()) clock_.set(end_);
  clock_.release();
  pass_time(world_, clock_.now());
  events_ = world_.events_made() - events_before_;
}

Json Load::to_json() const {
  return Json::object({{"running", is_running()},
                       {"customers", order_.customers},
                       {"turns", turns_},
                       {"events", events_},
                       {"now", clock_.now()}});
}

}  // namespace tollgate::simulator
