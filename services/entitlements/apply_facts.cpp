// SPDX-License-Identifier: Apache-2.0
#include "apply_facts.hpp"

#include <algorithm>
#include <set>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "fact_json.hpp"
#include "find_kin.hpp"
#include "ownership.hpp"

namespace tollgate::entitlements {
namespace {

/// What the batch newly says about one object.
struct News {
  std::vector<Fact> facts;
  std::string customer_id;  ///< of an event without a state, else the state says it
  bool rewritten = false;   ///< an older rendering of one of its events is gone
  ObjectRow row;            ///< the cache's, and then what becomes of it
  bool dirty = false;       ///< its owner, or that of objects linked to it, must be looked for
  bool was_open = false;    ///< OpenObject's
  bool cut_short = false;
};

class FactsOfBatch {
 public:
  FactsOfBatch(EntitlementsTransaction& transaction, const BatchContent& content, Reading reading)
      : transaction_(transaction), content_(content), reading_(reading), kin_(transaction) {}

  AppliedFacts apply() {
    record();
    find_customers_in_sight();
    lock_rows();
    find_rows();
    decide_newest();
    decide_owners();
    write();
    search_kin();
    for (auto& [key, news] : news_) keep_row(key, news);
    return std::move(applied_);
  }

 private:
  void record() {
    if (reading_ == Reading::facts || reading_ == Reading::mend) return take_all();
    const std::vector<EventRow> events = newest_renderings(content_.events);
    if (!content_.dead_letters.empty()) transaction_.keep(content_.dead_letters);
    if (events.empty()) return;
    const std::vector<Recorded> recorded = reading_ == Reading::again
                                               ? transaction_.record_again(events)
                                               : transaction_.record(events);
    applied_.known = content_.events.size() - recorded.size();
    for (const Recorded& each : recorded) ++applied_.recorded[events[each.index].outcome];
    if (recorded.empty() && content_.events.size() == events.size()) return;
    links_ = links_of(content_.events);
    if (!links_.empty()) transaction_.link(links_);
    for (const Recorded& each : recorded) {
      if (tells(events[each.index])) take(events[each.index], each.replaced);
    }
  }

  void take_all() {
    links_ = links_of(content_.events);
    if (!links_.empty()) transaction_.link(links_);
    for (const EventRow& event : content_.events) {
      if (tells(event)) take(event, reading_ == Reading::mend);
    }
  }

  void take(const EventRow& event, bool replaced) {
    News& news = news_[object_of(event)];
    news.facts.push_back(fact_of(event));
    news.customer_id = std::max(news.customer_id, event.customer_id);
    news.rewritten = news.rewritten || replaced;
  }

  /// Of the objects that the links name: most are in the batch itself.
  void find_customers_in_sight() {
    for (const auto& [key, news] : news_) {
      if (!news.customer_id.empty()) customers_.emplace(key, news.customer_id);
    }
    std::set<Key> unknown;
    for (const Link& link : links_) {
      const Key to{link.from.account, link.from.livemode, link.to_id};
      if (news_.contains(link.from) && !customers_.contains(to)) unknown.insert(to);
    }
    if (unknown.empty()) return;
    const std::vector<Key> wanted{unknown.begin(), unknown.end()};
    for (const ObjectRow& row : transaction_.find_objects(wanted)) {
      if (!row.customer_id.empty()) customers_.emplace(row.key, row.customer_id);
    }
  }

  /// All owners in sight, in one order for all writers; then what has no owner in sight.
  void lock_rows() {
    std::set<Key> owners;
    std::vector<Key> nameless;
    for (const auto& [key, news] : news_) {
      const Kinship kinship = relatives_of(key);
      if (!news.customer_id.empty()) {
        owners.insert({key.account, key.livemode, news.customer_id});
      } else if (!kinship.customers.empty()) {
        owners.insert({key.account, key.livemode, owner_of(kinship)});
      } else {
        nameless.push_back(key);
      }
      if (news.facts.front().kind == stripe::ObjectKind::checkout_session &&
          news.customer_id.empty()) {
        owners.insert(key);
      }
    }
    lock(owners);
    if (!nameless.empty()) kin_.lock(nameless);
  }

  /// The customers that the object's next relatives name.
  Kinship relatives_of(const Key& key) const {
    Kinship kinship;
    const auto first = std::lower_bound(links_.begin(), links_.end(), Link{key, {}});
    for (auto link = first; link != links_.end() && link->from == key; ++link) {
      const auto customer = customers_.find({key.account, key.livemode, link->to_id});
      if (customer != customers_.end()) kinship.customers.push_back(customer->second);
    }
    return kinship;
  }

  void lock(const std::set<Key>& owners) {
    std::vector<Key> missing;
    for (const Key& owner : owners) {
      if (!locked_.contains(owner)) missing.push_back(owner);
    }
    if (missing.empty()) return;
    for (OwnerRow& row : transaction_.lock_owners(missing)) {
      const Key key = row.key;
      locked_.emplace(key, std::move(row));
    }
  }

  void find_rows() {
    std::vector<Key> ids;
    for (const auto& [key, news] : news_) ids.push_back(key);
    if (ids.empty()) return;
    for (ObjectRow& row : transaction_.find_objects(ids)) {
      const Key key = row.key;
      news_.at(key).row = std::move(row);
    }
  }

  void decide_newest() {
    std::vector<Key> unclear;
    for (auto& [key, news] : news_) {
      std::optional<Newest> decided;
      if (!news.row.kind) {
        decided = newest(news.facts);
      } else if (!news.rewritten) {
        decided = fold(news.row.newest, news.facts);
      }
      if (decided) {
        settle(key, news, *std::move(decided));
      } else {
        unclear.push_back(key);
      }
    }
    if (!unclear.empty()) decide_from_all(unclear);
  }

  void decide_from_all(const std::vector<Key>& keys) {
    std::unordered_map<Key, std::vector<Fact>, KeyHash> all;
    for (const EventRow& event : transaction_.find_events(keys)) {
      if (tells(event)) all[object_of(event)].push_back(fact_of(event));
    }
    for (const Key& key : keys) settle(key, news_[key], newest(all[key]));
  }

  /// The row as it will be written, but for its owner.
  void settle(const Key& key, News& news, Newest decided) {
    ObjectRow& row = news.row;
    const bool was_awaited = row.revision > 0 && !row.kind;
    const std::string customer_before = row.customer_id;
    changed_[key] = reading_ == Reading::mend || !row.kind || row.newest != decided;
    news.was_open = was_awaited || undecided(row.newest);
    row.key = key;
    row.kind = news.facts.front().kind;
    row.newest = std::move(decided);
    row.customer_id = news.customer_id.empty() ? row.customer_id : news.customer_id;
    if (!row.newest.state.empty()) {
      const stripe::Object object = read_state(*row.kind, row.newest.state);
      row.customer_id = customer_of(object);
      news.cut_short = stripe::is_cut_short(object);
      note_payment(row, object);
    }
    news.dirty = was_awaited || (row.revision > 0 && row.customer_id != customer_before);
  }

  void decide_owners() {
    for (auto& [key, news] : news_) {
      if (!news.row.customer_id.empty()) customers_[key] = news.row.customer_id;
    }
    std::set<Key> owners;
    for (auto& [key, news] : news_) {
      const std::string before = news.row.owner_id;
      news.row.owner_id = owner_in_sight(key, news);
      if (news.row.owner_id != before) changed_[key] = true;
      if (!changed_[key]) continue;
      for (const std::string& owner : {before, news.row.owner_id}) {
        if (owner.empty()) continue;
        owners.insert({key.account, key.livemode, owner});
        touched_.push_back({{key.account, key.livemode, owner}, &news});
      }
    }
    lock(owners);
    for (const auto& [owner, news] : touched_) touch(owner, *news);
  }

  /// The customer that the object or its next relatives name; farther ones are looked for later.
  std::string owner_in_sight(const Key& key, News& news) const {
    if (!news.row.customer_id.empty()) return news.row.customer_id;
    const Kinship kinship = relatives_of(key);
    if (!kinship.customers.empty()) return owner_of(kinship);
    news.dirty = true;
    if (!news.row.owner_id.empty()) return news.row.owner_id;
    return news.row.kind == stripe::ObjectKind::checkout_session ? key.id : std::string{};
  }

  void touch(const Key& owner, const News& news) {
    const Fact& latest =
        *std::max_element(news.facts.begin(), news.facts.end(), [](const Fact& a, const Fact& b) {
          return std::tie(a.created, a.event_id) < std::tie(b.created, b.event_id);
        });
    const Key cause{owner.account, owner.livemode, latest.event_id};
    auto [known, first] =
        applied_.owners.try_emplace(owner, TouchedOwner{locked_.at(owner), cause, latest.created});
    if (!first && std::tie(known->second.caused_at, known->second.cause.id) <
                      std::tie(latest.created, latest.event_id)) {
      known->second.cause = cause;
      known->second.caused_at = latest.created;
    }
  }

  void write() {
    std::vector<ObjectRow> rows;
    for (const auto& [key, news] : news_) {
      if (changed_[key]) rows.push_back(news.row);
    }
    if (!rows.empty()) transaction_.write_objects(rows);
  }

  void search_kin() {
    std::map<Key, const News*> seeds;
    for (const auto& [key, news] : news_) {
      if (news.dirty) seeds.emplace(key, &news);
    }
    if (seeds.empty()) return;
    std::vector<Key> keys;
    for (const auto& [key, news] : seeds) keys.push_back(key);
    const std::vector<MovedObject> moved = kin_.find(keys);
    std::set<Key> owners;
    for (const MovedObject& each : moved) owners.insert(each.owners.begin(), each.owners.end());
    lock(owners);
    std::vector<ObjectRow> rows;
    for (const MovedObject& each : moved) {
      for (const Key& owner : each.owners) touch(owner, *seeds.at(each.seed));
      rows.push_back(each.row);
      applied_.rows.emplace(each.row.key, each.row);
    }
    if (!rows.empty()) transaction_.write_objects(rows);
  }

  /// search_kin may have kept a later one already.
  void keep_row(const Key& key, News& news) {
    const ObjectRow& row = applied_.rows.try_emplace(key, std::move(news.row)).first->second;
    if (undecided(row.newest) || row.owner_id.empty() || news.was_open || news.cut_short) {
      applied_.open.push_back({key, news.was_open, news.cut_short});
    }
  }

  EntitlementsTransaction& transaction_;
  const BatchContent& content_;
  const Reading reading_;
  KinSearch kin_;
  AppliedFacts applied_;
  std::vector<Link> links_;  ///< sorted
  std::map<Key, News> news_;
  std::map<Key, bool> changed_;
  std::map<Key, OwnerRow> locked_;
  std::unordered_map<Key, std::string, KeyHash> customers_;  ///< named by objects in sight
  std::vector<std::pair<Key, const News*>> touched_;
};

}  // namespace

AppliedFacts apply_facts(EntitlementsTransaction& transaction, const BatchContent& content,
                         Reading reading) {
  return FactsOfBatch{transaction, content, reading}.apply();
}

}  // namespace tollgate::entitlements
