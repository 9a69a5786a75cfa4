// SPDX-License-Identifier: Apache-2.0
#include "entitlements/domain/walk.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

#include "entitlements/domain/trail.hpp"

namespace tollgate::entitlements {
namespace {

using Facts = std::vector<const Fact*>;

bool is_terminal(const Fact* fact) { return fact->state && fact->state->stage.terminal; }
bool is_stub(const Fact* fact) { return fact->state && fact->state->stage.stub; }

template <class Predicate>
Facts those(Walk::Second facts, Predicate predicate) {
  Facts found;
  std::ranges::copy_if(facts, std::back_inserter(found), predicate);
  return found;
}

/// What a thin event's name says about the status; empty: nothing.
std::string_view status_told(const Fact& thin) {
  constexpr std::string_view prefix = "v1.customer.subscription.";
  if (!std::string_view{thin.type}.starts_with(prefix)) return {};
  const std::string_view verb = std::string_view{thin.type}.substr(prefix.size());
  for (const std::string_view status :
       {"active", "past_due", "unpaid", "trialing", "incomplete", "incomplete_expired", "paused"}) {
    if (verb == status) return status;
  }
  return verb == "deleted" ? "canceled" : std::string_view{};
}

/// A snapshot event of the same second that tells what a thin one only points to.
bool answers(const Fact& snapshot, const Fact& thin) {
  if (!snapshot.state || snapshot.type == fetched_type) return false;
  const std::string_view status = status_told(thin);
  return thin.type == "v1." + snapshot.type ||
         (!status.empty() && snapshot.state->stage.status == status);
}

std::string least_id(const Facts& facts, std::string_view state) {
  const std::string* least = nullptr;
  for (const Fact* fact : facts) {
    if (fact->state->text == state && (!least || fact->event_id < *least)) least = &fact->event_id;
  }
  if (least) return *least;
  const auto by_id = [](const Fact* fact) { return fact->event_id; };
  return (*std::ranges::min_element(facts, {}, by_id))->event_id;
}

const Snapshot& snapshot_with(const Facts& facts, std::string_view text) {
  for (const Fact* fact : facts) {
    if (fact->state->text == text) return *fact->state;
    if (fact->previous && fact->previous->text == text) return *fact->previous;
  }
  return *facts.front()->state;
}

/// Where nothing is known before a second, what its `created` event tells is where it began.
std::optional<TrailStart> start_at_creation(const Facts& facts, std::int64_t best) {
  std::optional<TrailStart> start;
  for (const Fact* fact : facts) {
    if (rank_of(*fact) == best || !fact->type.ends_with(".created")) continue;
    if (start && start->state != fact->state->text) return std::nullopt;
    start = TrailStart{fact->state->text};
  }
  return start;
}

struct Choice {
  std::string_view state;
  Tie tie = Tie::sole;
};

/// An answer fetched in the very second of a change may be older or newer than it.
Choice weigh_fetched(const Facts& competing, const std::optional<TrailStart>& start) {
  std::vector<Change> changes;
  std::vector<std::string_view> fetched;
  for (const Fact* fact : competing) {
    if (fact->type == fetched_type) {
      fetched.push_back(fact->state->text);
    } else {
      const auto& previous = fact->previous;
      changes.push_back({previous ? std::optional<std::string_view>{previous->text} : std::nullopt,
                         fact->state->text});
    }
  }
  if (changes.empty()) return {*std::ranges::max_element(fetched), Tie::ambiguous};
  const TrailEnd end = last_state(start, changes);
  const bool agreed = std::ranges::all_of(fetched, [&](auto text) { return text == end.state; });
  if (agreed) return {end.state, end.ambiguous ? Tie::ambiguous : Tie::ordered};
  return {end.ambiguous ? *std::ranges::max_element(fetched) : end.state, Tie::ambiguous};
}

Choice choose(const Facts& competing, const std::optional<TrailStart>& start) {
  const std::string_view first = competing.front()->state->text;
  const bool sole =
      std::ranges::all_of(competing, [&](const Fact* fact) { return fact->state->text == first; });
  return sole ? Choice{first, Tie::sole} : weigh_fetched(competing, start);
}

}  // namespace

std::int64_t rank_of(const Fact& fact) {
  return 2 * fact.state->stage.progress + (fact.type.ends_with(".created") ? 0 : 1);
}

void note_failed_payment(Newest& row, const Fact& fact) {
  if (fact.type != "invoice.payment_failed" && fact.type != "v1.invoice.payment_failed") return;
  row.payment_failed_at = std::min(row.payment_failed_at.value_or(fact.created), fact.created);
}

Walk::Walk(const Newest& known) : row_(known) {
  if (!row_.state.empty()) {
    run_ = Run{row_.status,        row_.status_since, row_.other_status_at,
               row_.since_settled, row_.created,      row_.tie == Tie::sole};
  }
}

void Walk::take(Second second) {
  const Time at = second.front()->created;
  for (const Fact* fact : second) {
    note_failed_payment(row_, *fact);
    row_.thin |= !fact->state;
  }
  const bool ends = std::ranges::any_of(second, is_terminal);
  if (row_.terminal && !ends) return;
  if (ends && !row_.terminal) run_.reset();  // What went before the end says nothing about it.
  // Of an object known to be deleted, a stub says nothing.
  const Facts stubs = row_.deleted ? Facts{} : those(second, is_stub);
  const Facts whole = those(second, [&](const Fact* fact) {
    return fact->state && !is_stub(fact) && (is_terminal(fact) || !row_.terminal);
  });
  const Facts last = those(whole, is_terminal);
  const Facts& taking_part = last.empty() ? whole : last;
  if (!taking_part.empty()) decide(at, taking_part);
  if (!stubs.empty() && last.empty()) keep_rest_of_stub(at, stubs);
  follow_status(at, ends ? Second{last.empty() ? stubs : last} : second);
  note_question(at, second);
}

void Walk::decide(Time at, Second second) {
  const std::int64_t best = rank_of(
      **std::ranges::max_element(second, {}, [](const Fact* fact) { return rank_of(*fact); }));
  const Facts competing = those(second, [&](const Fact* fact) { return rank_of(*fact) == best; });
  const bool terminal = is_terminal(competing.front());
  const Facts all{second.begin(), second.end()};

  std::optional<TrailStart> start;
  const std::string before = row_.state;
  if (!knows_state()) {
    start = start_at_creation(all, best);
  } else if (row_.terminal == terminal) {
    start = TrailStart{before, row_.tie != Tie::ambiguous};
  }
  const Choice choice = choose(competing, start);
  if (choice.state != before) {
    const Snapshot& chosen = snapshot_with(competing, choice.state);
    row_.status = chosen.stage.status;
    row_.deleted |= chosen.stage.deleted;
  }
  row_.event_id = least_id(competing, choice.state);
  row_.tie = choice.tie;
  row_.terminal = terminal;
  row_.rank = best;
  row_.created = at;
  row_.state = std::string{choice.state};
}

/// The stub of a deleted object says that it is gone; what it was is known from before.
void Walk::keep_rest_of_stub(Time at, Second stubs) {
  const Facts all{stubs.begin(), stubs.end()};
  if (!knows_state()) {
    row_.state = (*std::ranges::max_element(all, {}, [](const Fact* fact) {
                   return std::string_view{fact->state->text};
                 }))->state->text;
  }
  row_.status = all.front()->state->stage.status;
  row_.event_id = least_id(all, {});
  row_.deleted = row_.terminal = true;
  row_.tie = Tie::ordered;  // An earlier fact that comes later changes the rest.
  row_.created = at;
}

void Walk::follow_status(Time at, Second second) {
  std::vector<std::string_view> told;
  bool decided = false;
  for (const Fact* fact : second) {
    decided |= fact->state.has_value();
    if (fact->state) told.emplace_back(fact->state->stage.status);
    const bool before_the_end = row_.terminal && fact->previous && !fact->previous->stage.terminal;
    if (fact->previous && !before_the_end) told.emplace_back(fact->previous->stage.status);
    if (!fact->state && !status_told(*fact).empty()) told.emplace_back(status_told(*fact));
  }
  if (told.empty()) return;
  const std::string_view last = decided ? std::string_view{row_.status} : std::ranges::max(told);
  const bool alone = std::ranges::all_of(told, [&](auto status) { return status == last; });
  const bool settled = !decided || row_.tie == Tie::sole;
  if (!alone) {
    run_ = Run{std::string{last}, at, at, settled, at, settled};
  } else if (!run_) {
    run_ = Run{std::string{last}, at, std::nullopt, true, at, settled};
  } else if (run_->status != last) {
    run_ = Run{std::string{last}, at, run_->last, run_->last_settled, at, settled};
  }
  run_->last = at;
  run_->last_settled = settled;
  if (knows_state() && run_->status == row_.status) {
    row_.status_since = run_->since;
    row_.other_status_at = run_->other_at;
    row_.since_settled = run_->settled;
  }
}

void Walk::note_question(Time at, Second second) {
  if (row_.created == at || row_.terminal) row_.asked_at.reset();
  if (row_.terminal) return;
  for (const Fact* thin : second) {
    if (thin->state) continue;
    const bool answered =
        std::ranges::any_of(second, [&](const Fact* fact) { return answers(*fact, *thin); });
    if (!answered) row_.asked_at = at;
  }
}

}  // namespace tollgate::entitlements
