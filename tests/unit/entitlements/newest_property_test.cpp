// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <ostream>
#include <string>
#include <vector>

#include "entitlements/domain/newest.hpp"
#include "histories.hpp"
#include "properties.hpp"

namespace tollgate::entitlements {

std::ostream& operator<<(std::ostream& out, const Fact& fact) {
  return out << fact.event_id << "@" << to_unix_seconds(fact.created) << " " << fact.type << " "
             << (fact.previous ? fact.previous->text : "-") << " -> "
             << (fact.state ? fact.state->text : "thin");
}
std::ostream& operator<<(std::ostream& out, const Newest& row) {
  return out << row.state << " (" << row.status << ") rank " << row.rank << " tie "
             << static_cast<int>(row.tie) << " at " << to_unix_seconds(row.created) << " since "
             << to_unix_seconds(row.status_since) << " other "
             << (row.other_status_at ? to_unix_seconds(*row.other_status_at) : -1) << " by "
             << row.event_id << (row.deleted ? " deleted" : "")
             << (row.terminal ? " terminal" : "");
}

namespace {

using Facts = std::vector<Fact>;

void shuffle(Facts& facts) {
  for (std::size_t i = facts.size(); i > 1; --i) {
    std::swap(facts[i - 1], facts[*rc::gen::inRange<std::size_t>(0, i)]);
  }
}

/// Of a subscription: any live state may follow any other.
Snapshot arbitrary_live_state() {
  constexpr std::array statuses{"active", "past_due", "paused"};
  constexpr std::array marks{"", " b"};
  return state_of(statuses.at(static_cast<std::size_t>(one_of(3))),
                  marks.at(static_cast<std::size_t>(one_of(2))));
}

Snapshot arbitrary_state() {
  const int what = one_of(20);
  if (what == 0) return state_of("canceled", one_of(2) == 0 ? "" : " b");
  if (what == 1) return Snapshot{"stub", {.terminal = true, .deleted = true, .stub = true}};
  if (what == 2) return Snapshot{"gone", {.terminal = true, .deleted = true}};
  Snapshot state = arbitrary_live_state();
  if (one_of(4) == 0) {
    state.stage.progress = 1;
    state.text += " further";
  }
  return state;
}

/// Anything at all, truth or not: what must hold for every set of facts.
Facts arbitrary_facts(int thin_in_hundred) {
  Facts facts;
  const int count = *rc::gen::inRange(1, 9);
  for (int i = 0; i < count; ++i) {
    const std::string id = "e" + std::to_string(i);
    const int second = *rc::gen::inRange(10, 16);
    switch (one_of(5)) {
      case 0: facts.push_back(created(id, second, arbitrary_state())); break;
      case 1: facts.push_back(told(id, second, "paused", arbitrary_state())); break;
      case 2: facts.push_back(fetched(id, second, arbitrary_state())); break;
      default: facts.push_back(updated(id, second, arbitrary_state(), arbitrary_state()));
    }
    if (one_of(100) < thin_in_hundred) facts.back() = thin(id, second, "past_due");
  }
  return facts;
}

TEST(NewestProperty, DependsOnTheSetOfFactsAlone) {
  EXPECT_TRUE(holds("every permutation and duplication gives the same row", [] {
    Facts facts = arbitrary_facts(10);
    const Newest once = newest(facts);
    const Facts again = facts;
    facts.insert(facts.end(), again.begin(), again.end());
    shuffle(facts);
    RC_LOG() << rc::toString(facts);
    RC_ASSERT(newest(facts) == once);
  }));
}

TEST(NewestProperty, FoldsBatchesToTheSameRowOrSaysThatItCannot) {
  EXPECT_TRUE(holds("every batching gives the same row", [] {
    Facts facts = arbitrary_facts(0);
    shuffle(facts);
    const auto cut = *rc::gen::inRange<std::size_t>(1, facts.size() + 1);
    const Facts known(facts.begin(), facts.begin() + static_cast<std::ptrdiff_t>(cut));
    const Facts further(facts.begin() + static_cast<std::ptrdiff_t>(cut), facts.end());
    const std::optional<Newest> folded = fold(newest(known), further);
    RC_CLASSIFY(folded.has_value(), "folded");
    RC_LOG() << rc::toString(known) << rc::toString(further);
    if (folded) RC_ASSERT(*folded == newest(facts));
  }));
}

TEST(NewestProperty, ReadsNothingBackForLaterSeconds) {
  EXPECT_TRUE(holds("facts of later seconds always fold", [] {
    Facts facts = arbitrary_facts(0);
    facts.push_back(created("first", 9, arbitrary_live_state()));
    const Time border = from_unix_seconds(*rc::gen::inRange(10, 15));
    Facts known, further;
    for (const Fact& fact : facts) (fact.created <= border ? known : further).push_back(fact);
    const std::optional<Newest> folded = fold(newest(known), further);
    RC_ASSERT(folded.has_value());
    RC_ASSERT(*folded == newest(facts));
  }));
}

TEST(NewestProperty, TakesDuplicatesAsNothingNew) {
  EXPECT_TRUE(holds("folding known facts again changes nothing, or asks for all", [] {
    const Facts facts = arbitrary_facts(0);
    const Newest row = newest(facts);
    const std::optional<Newest> folded = fold(row, facts);
    if (folded) RC_ASSERT(*folded == row);
  }));
}

TEST(NewestProperty, DoesNotFoldBehindAThinEventWithoutAnAnswer) {
  EXPECT_TRUE(holds("an unanswered thin event is weighed with the whole set", [] {
    Facts known = arbitrary_facts(0);
    known.push_back(thin("t1", 20, "updated"));
    RC_ASSERT(!fold(newest(known), Facts{created("e99", 30, state_of("active"))}).has_value());
  }));
}

TEST(NewestProperty, ReadsNothingBackOnceASnapshotDecidedBehindThinEvents) {
  EXPECT_TRUE(holds("later facts fold, thin or not, unless thin ones wait or life has ended", [] {
    Facts facts = arbitrary_facts(15);
    facts.push_back(created("first", 9, arbitrary_live_state()));
    const Time border = from_unix_seconds(*rc::gen::inRange(10, 15));
    Facts known, further;
    for (const Fact& fact : facts) (fact.created <= border ? known : further).push_back(fact);
    const Newest row = newest(known);
    if (row.asked_at || row.terminal) return;
    RC_CLASSIFY(row.thin, "behind thin events");
    const std::optional<Newest> folded = fold(row, further);
    RC_ASSERT(folded.has_value());
    RC_ASSERT(*folded == newest(facts));
  }));
}

/// A life as Stripe tells it: each change an event, some told twice, several in a second.
struct Life {
  Facts facts;
  Snapshot last;
  std::int64_t status_since = 0;
  bool repeats_within_a_second = false;  ///< the one thing that a set of changes cannot tell
};

Life arbitrary_life() {
  Life life;
  std::int64_t second = 10;
  life.last = arbitrary_live_state();
  life.status_since = second;
  life.facts.push_back(created("e0", second, life.last));
  std::map<std::pair<std::int64_t, std::string>, int> walked;
  const int changes = *rc::gen::inRange(0, 10);
  for (int i = 1; i <= changes && !life.last.stage.terminal; ++i) {
    if (one_of(3) == 0) second += *rc::gen::inRange(1, 4);
    const bool ends = one_of(12) == 0;
    const Snapshot next = ends ? state_of("canceled") : arbitrary_live_state();
    const std::string id = "e" + std::to_string(i);
    life.facts.push_back(ends ? told(id, second, "deleted", next)
                              : updated(id, second, life.last, next));
    const std::string edge = life.last.text + " -> " + next.text;
    int& times = walked[{second, edge}];
    if (one_of(4) == 0) {
      life.facts.push_back(life.facts.back());
      life.facts.back().event_id += "'";
      ++times;
    }
    life.repeats_within_a_second |= ++times > 1;
    if (next.stage.status != life.last.stage.status) life.status_since = second;
    life.last = next;
  }
  return life;
}

TEST(NewestProperty, FindsTheTrueLastStateWhereEventsChain) {
  EXPECT_TRUE(holds("sure => the true last state; each change told once => sure", [] {
    Life life = arbitrary_life();
    shuffle(life.facts);
    const Newest row = newest(life.facts);
    RC_CLASSIFY(row.tie == Tie::ambiguous, "ambiguous");
    RC_CLASSIFY(row.terminal, "terminal");
    if (row.tie != Tie::ambiguous) RC_ASSERT(row.state == life.last.text);
    if (!life.repeats_within_a_second) RC_ASSERT(row.tie != Tie::ambiguous);
  }));
}

TEST(NewestProperty, KnowsSinceWhenTheStatusIs) {
  EXPECT_TRUE(holds("each change told once => the second of the last change of status", [] {
    Life life = arbitrary_life();
    RC_PRE(!life.repeats_within_a_second);
    shuffle(life.facts);
    RC_ASSERT(newest(life.facts).status_since == from_unix_seconds(life.status_since));
  }));
}

TEST(NewestProperty, ComesToTheTrueStateBatchByBatch) {
  EXPECT_TRUE(holds("a store that folds where it can ends in the row of the whole set", [] {
    Life life = arbitrary_life();
    shuffle(life.facts);
    Facts stored;
    std::optional<Newest> row;
    for (std::size_t at = 0; at < life.facts.size();) {
      const auto size = *rc::gen::inRange<std::size_t>(1, 4);
      const auto begin = life.facts.begin() + static_cast<std::ptrdiff_t>(at);
      at = std::min(at + size, life.facts.size());
      const Facts batch(begin, life.facts.begin() + static_cast<std::ptrdiff_t>(at));
      stored.insert(stored.end(), batch.begin(), batch.end());
      if (row) row = fold(*row, batch);
      if (!row) row = newest(stored);
    }
    RC_LOG() << rc::toString(life.facts);
    RC_ASSERT(*row == newest(life.facts));
  }));
}

TEST(NewestProperty, NeverLeavesATerminalState) {
  EXPECT_TRUE(holds("one terminal fact => a terminal row", [] {
    Facts facts = arbitrary_facts(10);
    facts.push_back(told("e50", *rc::gen::inRange(10, 16), "deleted", state_of("canceled")));
    RC_ASSERT(newest(facts).terminal);
  }));
}

}  // namespace
}  // namespace tollgate::entitlements
