// SPDX-License-Identifier: Apache-2.0
#include "entitlements/prune_facts.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "base/log.hpp"
#include "entitlements/domain/superseded.hpp"
#include "entitlements/json/fact_json.hpp"

namespace tollgate::entitlements {
namespace {

using std::chrono::milliseconds;

// It is never urgent: writers and readers come first.
constexpr milliseconds page_wait{200};
constexpr milliseconds pass_wait{std::chrono::hours{6}};
constexpr milliseconds turn_wait{std::chrono::minutes{10}};

// What one look reads at once; an object of a long life has thousands of facts.
constexpr std::size_t objects_of_look_max = 20;

}  // namespace

PruneFacts::PruneFacts(PruneStore& store, const Clock& clock, Metrics& metrics,
                       std::chrono::days retention)
    : store_(store),
      clock_(clock),
      retention_(retention),
      pruned_(metrics.counter("tollgate_facts_pruned_total",
                              "Superseded snapshots removed because of their age")) {}

milliseconds PruneFacts::run_once() {
  if (!store_.take_turn()) return turn_wait;
  const Time horizon = clock_.now() - retention_;
  const ObjectsPage page = store_.next_objects(after_, horizon, facts_of_page);
  pruned_in_pass_ += prune(page.objects, horizon);
  if (!page.is_last) {
    after_ = page.last;
    return page_wait;
  }
  after_ = {};
  log::info("superseded facts are pruned", {{"facts", std::exchange(pruned_in_pass_, 0)}});
  return pass_wait;
}

std::size_t PruneFacts::prune(const std::vector<Key>& objects, Time horizon) {
  std::size_t count = 0;
  for (std::size_t begin = 0; begin < objects.size(); begin += objects_of_look_max) {
    const std::size_t end = std::min(objects.size(), begin + objects_of_look_max);
    std::unordered_map<Key, std::vector<Fact>, KeyHash> facts;
    for (const EventRow& event :
         store_.find_events(std::span{objects}.subspan(begin, end - begin))) {
      if (tells(event)) facts[object_of(event)].push_back(fact_of(event));
    }
    std::vector<Key> removed;
    for (const auto& [object, all] : facts) {
      for (std::string& id : superseded(all, horizon)) {
        removed.push_back({object.account, object.livemode, std::move(id)});
      }
    }
    if (removed.empty()) continue;
    store_.remove(removed);
    pruned_.Increment(static_cast<double>(removed.size()));
    count += removed.size();
  }
  return count;
}

}  // namespace tollgate::entitlements
