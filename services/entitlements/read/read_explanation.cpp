// SPDX-License-Identifier: Apache-2.0
#include "entitlements/read/read_explanation.hpp"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "entitlements/json/explanation_json.hpp"
#include "entitlements/read/find_facts.hpp"
#include "entitlements/read/read_past_facts.hpp"

namespace tollgate::entitlements {
namespace {

/// Puts one user's explanation together.
class Explainer {
 public:
  Explainer(FactReader& reader, ObjectSource& source, const Catalog& catalog,
            Explanation& explanation)
      : reader_(reader), source_(source), catalog_(catalog), explanation_(explanation) {}

  void explain() {
    FoundObjects own = find_own();
    find_payments(source_, {}, own);
    UserFacts facts;
    for (const auto& [owner, objects] : own) add_facts(facts, objects);
    const Derived derived = derive(facts, catalog_);
    explanation_.answer = answer_at(derived.entitlements, catalog_, explanation_.as_of);
    explanation_.alerts = derived.alerts;
    explanation_.needs = derived.needs;
    note_objects(own);
    for (const Verdict& verdict : derived.verdicts) {
      explanation_.verdicts.push_back(explained(verdict, derived.entitlements));
    }
    add_events();
  }

 private:
  /// What is his; conflicts are noted.
  FoundObjects find_own() {
    const std::vector<Key> claimed = reader_.find_claimed(explanation_.user_id);
    FoundObjects found = find_objects_by_owner(source_, claimed);
    std::erase_if(found, [this](const auto& entry) {
      Binding binding = binding_of(entry.second);
      const bool named =
          std::ranges::find(binding.users, explanation_.user_id) != binding.users.end();
      if (named && binding.ownership == Ownership::conflict) {
        explanation_.conflicts.push_back({entry.first, std::move(binding.users)});
      }
      return !named || binding.ownership != Ownership::bound;
    });
    return found;
  }

  void note_objects(const FoundObjects& own) {
    for (const auto& [owner, objects] : own) {
      for (const FoundObject& each : objects) {
        const Key& key = each.row.key;
        statuses_.emplace(key.id, each.row.newest.status);
        events_.emplace(each.row.newest.event_id,
                        Key{key.account, key.livemode, each.row.newest.event_id});
        note_doubts(key.id, each.row.newest);
      }
    }
    std::ranges::sort(explanation_.alerts, {},
                      [](const Alert& it) { return std::tie(it.code, it.object_id); });
  }

  /// What Stripe is still asked about, or could not tell.
  void note_doubts(const std::string& id, const Newest& newest) {
    if (newest.tie == Tie::ambiguous) explanation_.alerts.push_back({"ambiguous", id});
    if (newest.asked_at) explanation_.alerts.push_back({"not_fetched", id});
  }

  ExplainedVerdict explained(const Verdict& verdict, const Entitlements& entitlements) const {
    ExplainedVerdict shown;
    shown.verdict = verdict;
    shown.rule = rule_of(verdict, catalog_);
    if (verdict.granted) {
      shown.until = end_of(verdict, entitlements);
      shown.in_force = !shown.until || *shown.until > explanation_.as_of;
    }
    for (const DecidingFact& fact : verdict.facts) {
      const auto status = statuses_.find(fact.object_id);
      shown.facts.push_back({fact, status == statuses_.end() ? "" : status->second, {}});
    }
    return shown;
  }

  /// A grant carries its plan, but not the product that was bought.
  std::optional<Time> end_of(const Verdict& verdict, const Entitlements& entitlements) const {
    const Product* const product = catalog_.product(verdict.plan);
    for (const Grant& grant : entitlements.grants) {
      if (grant.source != verdict.source || grant.reason != verdict.reason) continue;
      if (verdict.reason != "purchase") {
        if (grant.plan == verdict.plan) return grant.until;
      } else if (product) {
        return product->duration ? std::optional{grant.from + *product->duration} : std::nullopt;
      }
    }
    return std::nullopt;
  }

  void add_events() {
    std::map<Key, std::vector<ExplainedFact*>> wanted;
    for (ExplainedVerdict& verdict : explanation_.verdicts) {
      for (ExplainedFact& fact : verdict.facts) {
        const auto key = events_.find(fact.fact.event_id);
        if (key != events_.end()) wanted[key->second].push_back(&fact);
      }
    }
    if (wanted.empty()) return;
    std::vector<Key> keys;
    for (const auto& [key, facts] : wanted) keys.push_back(key);
    for (const ToldEvent& event : reader_.find_told(keys)) {
      for (ExplainedFact* const fact : wanted[event.key]) fact->event = event;
    }
  }

  FactReader& reader_;
  ObjectSource& source_;
  const Catalog& catalog_;
  Explanation& explanation_;
  std::map<std::string, std::string> statuses_;  ///< by object id
  std::map<std::string, Key> events_;            ///< by event id
};

}  // namespace

std::optional<Explanation> explain(FactReader& reader, const Catalog& catalog,
                                   const std::string& user_id, std::optional<Time> at, Time now) {
  Explanation explanation;
  explanation.user_id = user_id;
  explanation.asked_at = at;
  explanation.as_of = at.value_or(now);
  explanation.catalog_revision = catalog.revision();
  explanation.version = reader.find_version(user_id);
  if (!at) {
    Explainer{reader, reader, catalog, explanation}.explain();
    return explanation;
  }
  PastFacts past{reader, *at};
  Explainer{reader, past, catalog, explanation}.explain();
  if (past.is_too_much()) return std::nullopt;
  return explanation;
}

ReadExplanation::ReadExplanation(FactStore& facts, const Catalog& catalog, const Clock& clock,
                                 std::chrono::seconds retention)
    : facts_(facts), catalog_(catalog), clock_(clock), retention_(retention) {}

boost::asio::awaitable<Result<std::string, ReadFault>> ReadExplanation::read(
    std::string user_id, std::optional<Time> at) {
  const Time now = clock_.now();
  if (at && *at < now - retention_) co_return ReadFault::too_old;
  std::optional<Explanation> explanation;
  FactStore::Work work = [&](FactReader& reader) {
    explanation = explain(reader, catalog_, user_id, at, now);
  };
  co_await facts_.read(std::move(work));
  if (!explanation) co_return ReadFault::too_many_facts;
  co_return explanation_json(*explanation);
}

}  // namespace tollgate::entitlements
