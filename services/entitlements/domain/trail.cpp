// SPDX-License-Identifier: Apache-2.0
#include "entitlements/domain/trail.hpp"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <numeric>
#include <unordered_map>
#include <utility>
#include <vector>

namespace tollgate::entitlements {
namespace {

using Texts = std::vector<std::string_view>;

class Graph {
 public:
  explicit Graph(std::span<const Change> changes) {
    for (const Change& change : changes) {
      if (change.before && *change.before != change.after) add_edge(*change.before, change.after);
    }
  }

  [[nodiscard]] bool empty() const { return states_.empty(); }
  [[nodiscard]] bool holds(std::string_view state) const { return numbers_.contains(state); }

  /// Entered more often than left; none when all balance.
  [[nodiscard]] Texts ends() const {
    Texts found;
    for (std::size_t i = 0; i < states_.size(); ++i) {
      if (surplus_[i] > 0) found.push_back(states_[i]);
    }
    return found;
  }

  /// Can one walk take every edge once? Balances allow it, and the edges hang together.
  [[nodiscard]] bool is_walkable() const {
    const auto unbalanced = [](std::int64_t surplus) { return surplus != 0; };
    const auto far_off = [](std::int64_t surplus) { return surplus > 1 || surplus < -1; };
    if (std::ranges::any_of(surplus_, far_off)) return false;
    return std::ranges::count_if(surplus_, unbalanced) <= 2 && is_connected();
  }

  /// An edge that two events told may have been walked twice. If such an edge leaves the end, the
  /// walk may as well have gone on; and only then: the further steps of any other reading of the
  /// same events form a path that begins at this end.
  [[nodiscard]] bool may_go_on_from(std::string_view end) const {
    return std::ranges::any_of(told_, [&](const auto& edge) {
      return edge.second > 1 && states_[edge.first.first] == end;
    });
  }

  [[nodiscard]] const Texts& states() const { return states_; }

 private:
  using Edge = std::pair<std::size_t, std::size_t>;
  struct EdgeHash {
    std::size_t operator()(const Edge& edge) const noexcept {
      return edge.first * 0x9E3779B97F4A7C15ULL + edge.second;
    }
  };

  std::size_t number_of(std::string_view state) {
    const auto [found, is_new] = numbers_.try_emplace(state, states_.size());
    if (is_new) {
      states_.push_back(state);
      surplus_.push_back(0);
    }
    return found->second;
  }

  void add_edge(std::string_view from, std::string_view to) {
    const Edge edge{number_of(from), number_of(to)};
    if (++told_[edge] > 1) return;
    --surplus_[edge.first];
    ++surplus_[edge.second];
  }

  /// Union-find with path halving.
  [[nodiscard]] bool is_connected() const {
    std::vector<std::size_t> parent(states_.size());
    std::iota(parent.begin(), parent.end(), std::size_t{0});
    const auto root = [&parent](std::size_t at) {
      while (parent[at] != at) at = parent[at] = parent[parent[at]];
      return at;
    };
    for (const auto& [edge, times] : told_) parent[root(edge.first)] = root(edge.second);
    const std::size_t first = root(0);
    for (std::size_t i = 1; i < parent.size(); ++i) {
      if (root(i) != first) return false;
    }
    return true;
  }

  Texts states_;
  std::vector<std::int64_t> surplus_;  ///< times entered less times left
  std::unordered_map<std::string_view, std::size_t> numbers_;
  std::unordered_map<Edge, std::size_t, EdgeHash> told_;
};

std::string_view greatest(const Texts& texts) { return *std::ranges::max_element(texts); }

/// Where the edges lead; `graph` has some.
TrailEnd end_of_walk(const std::optional<TrailStart>& start, const Graph& graph) {
  const Texts ends = graph.ends();
  if (ends.empty()) {  // There and back: it ends where it began.
    if (!start || !graph.holds(start->state)) return {greatest(graph.states()), true};
    const bool sure = start->certain && graph.is_walkable() && !graph.may_go_on_from(start->state);
    return {start->state, !sure};
  }
  const std::string_view end = greatest(ends);
  return {end, !graph.is_walkable() || graph.may_go_on_from(end)};
}

/// States told without the one before, of which the walk does not tell already; sorted, each once.
Texts states_beside(const std::optional<TrailStart>& start, const Graph& graph,
                    std::span<const Change> changes) {
  Texts found;
  for (const Change& change : changes) {
    const bool is_edge = change.before && *change.before != change.after;
    const bool says_nothing = graph.holds(change.after) || (start && start->state == change.after);
    if (!is_edge && !says_nothing) found.push_back(change.after);
  }
  std::ranges::sort(found);
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

}  // namespace

TrailEnd last_state(std::optional<TrailStart> start, std::span<const Change> changes) {
  const Graph graph{changes};
  const Texts beside = states_beside(start, graph, changes);
  if (graph.empty()) {
    if (beside.empty()) return {start->state, false};  // Every event repeats the start.
    return {beside.back(), beside.size() > 1};
  }
  const TrailEnd end = end_of_walk(start, graph);
  if (beside.empty()) return end;
  return {beside.back(), beside.size() > 1 || end.ambiguous};
}

}  // namespace tollgate::entitlements
