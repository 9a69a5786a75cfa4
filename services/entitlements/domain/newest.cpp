// SPDX-License-Identifier: Apache-2.0
#include "entitlements/domain/newest.hpp"

#include <algorithm>
#include <tuple>
#include <vector>

#include "entitlements/domain/walk.hpp"

namespace tollgate::entitlements {
namespace {

using Facts = std::vector<const Fact*>;

/// By second, each event once.
Facts in_order(std::span<const Fact> facts) {
  Facts sorted;
  sorted.reserve(facts.size());
  for (const Fact& fact : facts) sorted.push_back(&fact);
  std::ranges::sort(sorted, [](const Fact* a, const Fact* b) {
    return std::tie(a->created, a->event_id) < std::tie(b->created, b->event_id);
  });
  const auto same = [](const Fact* a, const Fact* b) { return a->event_id == b->event_id; };
  sorted.erase(std::unique(sorted.begin(), sorted.end(), same), sorted.end());
  return sorted;
}

void take_all(Walk& walk, Walk::Second sorted) {
  while (!sorted.empty()) {
    const Time at = sorted.front()->created;
    const auto end = std::ranges::find_if(sorted, [&](auto fact) { return fact->created != at; });
    const auto count = static_cast<std::size_t>(end - sorted.begin());
    walk.take(sorted.first(count));
    sorted = sorted.subspan(count);
  }
}

bool tells(const std::optional<Snapshot>& snapshot, std::string_view status) {
  return !snapshot || snapshot->stage.status == status;
}

/// Another status within the deciding second: the run begins anew there.
void break_run_at(Newest& row, Time at) {
  row.status_since = at;
  row.other_status_at = at;
  row.since_settled = true;
}

/// A fact of an earlier second than the deciding one, which a sole state does not depend on. Only
/// the run of the status may reach further back, or less far.
bool absorb_earlier(Newest& row, const Fact& fact) {
  if (row.tie != Tie::sole || fact.created == row.other_status_at) return false;
  const bool same = fact.state->stage.status == row.status;
  const bool unbroken = same && tells(fact.previous, row.status);
  if (fact.created >= row.status_since) return unbroken;
  if (fact.created < row.other_status_at) return row.since_settled;  // Nothing is before no second.
  if (same) row.status_since = fact.created;
  if (!unbroken) {
    row.other_status_at = fact.created;
    row.since_settled = true;
  }
  return true;
}

/// A fact of the deciding second itself.
bool absorb_beside(Newest& row, const Fact& fact) {
  const std::int64_t rank = rank_of(fact);
  const Stage& stage = fact.state->stage;
  if (rank < row.rank && row.tie != Tie::sole) return false;  // It may be where the others begin.
  if (rank == row.rank && (row.tie != Tie::sole || fact.state->text != row.state)) return false;
  if (stage.status != row.status ||
      !tells(fact.previous, rank > row.rank ? stage.status : row.status))
    break_run_at(row, fact.created);
  if (rank < row.rank) return true;
  if (row.other_status_at == row.created) row.since_settled = true;
  row.event_id = rank > row.rank ? fact.event_id : std::min(row.event_id, fact.event_id);
  row.tie = Tie::sole;
  row.rank = rank;
  row.state = fact.state->text;
  row.status = stage.status;
  return true;
}

/// False: the whole set must be asked. `fact` is not later than the deciding second.
bool absorb(Newest& row, const Fact& fact) {
  const bool terminal = fact.state->stage.terminal;
  if (terminal != row.terminal) {
    const bool lives_on_in_stub = row.deleted && row.tie == Tie::ordered;
    return row.terminal && !lives_on_in_stub;  // Nothing counts beside a terminal state.
  }
  if (terminal) {
    const bool known = row.tie == Tie::sole && fact.created == row.created &&
                       fact.state->text == row.state && fact.event_id == row.event_id;
    return known;
  }
  return fact.created < row.created ? absorb_earlier(row, fact) : absorb_beside(row, fact);
}

}  // namespace

Newest newest(std::span<const Fact> facts) {
  const Facts sorted = in_order(facts);
  Walk walk;
  take_all(walk, sorted);
  return walk.row();
}

std::optional<Newest> fold(const Newest& known, std::span<const Fact> further) {
  const Facts sorted = in_order(further);
  const auto is_thin = [](const Fact* fact) { return !fact->state; };
  const auto is_later = [&](const Fact* fact) { return fact->created > known.created; };
  if (known.state.empty()) return std::nullopt;
  if (known.thin || std::ranges::any_of(sorted, is_thin)) {
    // Once a snapshot decided behind all thin events, these carry the run of the status no further.
    const bool decided = !known.asked_at && !known.terminal;
    if (!decided || !std::ranges::all_of(sorted, is_later)) return std::nullopt;
  }
  const auto later = std::ranges::find_if(sorted, is_later);
  Newest row = known;
  for (auto fact = sorted.begin(); fact != later; ++fact) {
    if (!absorb(row, **fact)) return std::nullopt;
    note_failed_payment(row, **fact);
  }
  Walk walk{row};
  take_all(walk, Walk::Second{later, sorted.end()});
  return walk.row();
}

}  // namespace tollgate::entitlements
