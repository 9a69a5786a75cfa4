// SPDX-License-Identifier: Apache-2.0
#include "entitlements/domain/trail.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "properties.hpp"

namespace tollgate::entitlements {
namespace {

const std::vector<std::string> names{"a", "b", "c", "d"};
using Edge = std::pair<std::string, std::string>;

/// Every state at which a walk from `at` may end that takes each edge at least once and at most as
/// often as it was told: the reference, by trying everything.
void try_walks(const std::string& at, std::map<Edge, int>& left, std::set<Edge>& unwalked,
               std::set<std::string>& ends) {
  if (unwalked.empty()) ends.insert(at);
  for (auto& [edge, times] : left) {
    if (edge.first != at || times == 0) continue;
    --times;
    const bool was_unwalked = unwalked.erase(edge) > 0;
    try_walks(edge.second, left, unwalked, ends);
    if (was_unwalked) unwalked.insert(edge);
    ++times;
  }
}

std::set<std::string> possible_ends(const std::string& start, const std::vector<Edge>& told) {
  std::map<Edge, int> left;
  for (const Edge& edge : told) ++left[edge];
  const std::set<Edge> distinct(told.begin(), told.end());
  std::set<Edge> unwalked = distinct;
  std::set<std::string> ends;
  try_walks(start, left, unwalked, ends);
  return ends;
}

/// A walk that really happened, some of its changes told twice, in any order.
struct Story {
  std::vector<std::string> walk;
  std::vector<Edge> told;
};

Story arbitrary_story() {
  Story story;
  const int steps = *rc::gen::inRange(1, 6);
  story.walk.push_back(*rc::gen::elementOf(names));
  for (int step = 0; step < steps; ++step) {
    const std::string& at = story.walk.back();
    std::string next = *rc::gen::suchThat(rc::gen::elementOf(names),
                                          [&](const std::string& name) { return name != at; });
    story.told.emplace_back(at, next);
    if (*rc::gen::inRange(0, 4) == 0) story.told.emplace_back(at, next);
    story.walk.push_back(std::move(next));
  }
  for (std::size_t i = story.told.size(); i > 1; --i) {
    const auto other = *rc::gen::inRange<std::size_t>(0, i);
    std::swap(story.told[i - 1], story.told[other]);
  }
  return story;
}

std::vector<Change> changes_of(const Story& story) {
  std::vector<Change> changes;
  for (const Edge& edge : story.told) changes.push_back({edge.first, edge.second});
  return changes;
}

TEST(TrailProperty, IsSureOnlyWhereTryingEverythingFindsOneEnd) {
  EXPECT_TRUE(holds("sure => one end is possible, and it is that one", [] {
    const Story story = arbitrary_story();
    const std::vector<Change> changes = changes_of(story);
    const TrailEnd end = last_state(TrailStart{story.walk.front()}, changes);
    const std::set<std::string> possible = possible_ends(story.walk.front(), story.told);
    RC_ASSERT(possible.contains(story.walk.back()));
    if (!end.ambiguous) RC_ASSERT(possible == std::set<std::string>{std::string{end.state}});
    RC_CLASSIFY(end.ambiguous, "ambiguous");
  }));
}

TEST(TrailProperty, IsSureWhereverOneWalkOverEachEdgeOnceIsPossibleAndNoneGoesOn) {
  EXPECT_TRUE(holds("each edge once is a walk => (ambiguous <=> several ends are possible)", [] {
    const Story story = arbitrary_story();
    const std::vector<Change> changes = changes_of(story);
    const std::set<Edge> once(story.told.begin(), story.told.end());
    RC_PRE(!possible_ends(story.walk.front(), {once.begin(), once.end()}).empty());
    const TrailEnd end = last_state(TrailStart{story.walk.front()}, changes);
    RC_ASSERT(end.ambiguous == (possible_ends(story.walk.front(), story.told).size() > 1));
  }));
}

TEST(TrailProperty, IsTheTrueLastStateWheneverItIsSure) {
  EXPECT_TRUE(holds("sure => true, the start known or not", [] {
    const Story story = arbitrary_story();
    const std::vector<Change> changes = changes_of(story);
    for (const auto& start :
         {std::optional<TrailStart>{TrailStart{story.walk.front()}}, std::optional<TrailStart>{}}) {
      const TrailEnd end = last_state(start, changes);
      if (!end.ambiguous) RC_ASSERT(end.state == story.walk.back());
    }
  }));
}

TEST(TrailProperty, DependsOnTheSetOfChangesAlone) {
  EXPECT_TRUE(holds("any changes, any order", [] {
    const auto numbers = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 20));
    std::vector<Change> changes{{std::nullopt, names[0]}};
    for (const int number : numbers) {
      const auto from = static_cast<std::size_t>(number / 4),
                 to = static_cast<std::size_t>(number % 4);
      if (from == 4) changes.push_back({std::nullopt, names[to]});
      if (from < 4) changes.push_back({names[from], names[to]});
    }
    std::vector<Change> backwards{changes.rbegin(), changes.rend()};
    const TrailEnd one = last_state(TrailStart{"b"}, changes);
    const TrailEnd other = last_state(TrailStart{"b"}, backwards);
    RC_ASSERT(one.state == other.state);
    RC_ASSERT(one.ambiguous == other.ambiguous);
  }));
}

}  // namespace
}  // namespace tollgate::entitlements
