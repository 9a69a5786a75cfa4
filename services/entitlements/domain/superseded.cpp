// SPDX-License-Identifier: Apache-2.0
#include "entitlements/domain/superseded.hpp"

#include <algorithm>
#include <set>
#include <string_view>
#include <tuple>

#include "entitlements/domain/newest.hpp"
#include "entitlements/domain/one_kind.hpp"

namespace tollgate::entitlements {
namespace {

/// The facts of one second, as far as they matter here.
struct Second {
  Time at;
  std::vector<const Fact*> facts;
  bool plain = true;  ///< snapshots only, of a living object and of one status
  bool sole = true;   ///< they tell one state: what came before does not matter
};

bool is_plain(const Fact& fact) {
  if (!fact.state || fact.type.ends_with("invoice.payment_failed")) return false;
  const Stage& stage = fact.state->stage;
  if (stage.terminal || stage.deleted || stage.stub) return false;
  return !fact.previous || fact.previous->stage.status == stage.status;
}

bool same_status(const Second& one, const Second& other) {
  return one.facts.front()->state->stage.status == other.facts.front()->state->stage.status;
}

void add(Second& second, const Fact& fact) {
  second.facts.push_back(&fact);
  const Fact& first = *second.facts.front();
  const bool comparable = fact.state && first.state;
  second.plain = second.plain && is_plain(fact) && comparable &&
                 fact.state->stage.status == first.state->stage.status;
  second.sole = second.sole && comparable && fact.state->text == first.state->text;
}

std::vector<Second> seconds_of(std::span<const Fact> facts) {
  std::vector<const Fact*> sorted;
  for (const Fact& fact : facts) sorted.push_back(&fact);
  std::ranges::sort(sorted, [](const Fact* a, const Fact* b) {
    return std::tie(a->created, a->event_id) < std::tie(b->created, b->event_id);
  });
  std::vector<Second> seconds;
  for (const Fact* fact : sorted) {
    if (seconds.empty() || seconds.back().at != fact->created)
      seconds.push_back({fact->created, {}});
    add(seconds.back(), *fact);
  }
  return seconds;
}

/// The last second before the horizon from which all that follows can be decided.
std::size_t anchor_of(const std::vector<Second>& seconds, Time horizon) {
  std::size_t anchor = 0;
  for (std::size_t i = 0; i < seconds.size() && seconds[i].at < horizon; ++i) {
    if (seconds[i].sole) anchor = i;
  }
  return anchor;
}

/// The promise of the header as far as it can be looked at.
bool changes_nothing(std::span<const Fact> facts, const std::set<std::string>& removed) {
  std::vector<Fact> kept;
  for (const Fact& fact : facts) {
    if (!removed.contains(fact.event_id)) kept.push_back(fact);
  }
  return newest(kept) == newest(facts);
}

}  // namespace

std::vector<std::string> superseded(std::span<const Fact> facts, Time horizon) {
  if (!are_of_one_kind(facts)) return {};
  const std::vector<Second> seconds = seconds_of(facts);
  const std::size_t anchor = anchor_of(seconds, horizon);
  std::set<std::string> removed;
  for (std::size_t i = 1; i < anchor; ++i) {
    const Second& before = seconds[i - 1];
    const Second& after = seconds[i + 1];
    if (!before.plain || !seconds[i].plain || !after.plain) continue;
    if (!same_status(before, seconds[i]) || !same_status(seconds[i], after)) continue;
    for (const Fact* fact : seconds[i].facts) removed.insert(fact->event_id);
  }
  if (removed.empty() || !changes_nothing(facts, removed)) return {};
  return {removed.begin(), removed.end()};
}

}  // namespace tollgate::entitlements
