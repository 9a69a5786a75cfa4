// SPDX-License-Identifier: Apache-2.0
#include "entitlements/apply/apply_facts.hpp"

#include <algorithm>
#include <set>
#include <unordered_map>
#include <utility>

#include "entitlements/apply/find_kin.hpp"
#include "entitlements/apply/read_news.hpp"
#include "entitlements/domain/one_kind.hpp"
#include "entitlements/domain/ownership.hpp"
#include "entitlements/json/fact_json.hpp"

namespace tollgate::entitlements {
namespace {

class FactsOfBatch {
 public:
  FactsOfBatch(EntitlementsTransaction& transaction, const BatchContent& content, Reading reading,
               std::span<const Key> mended)
      : transaction_(transaction),
        content_(content),
        reading_(reading),
        mended_(mended),
        kin_(transaction),
        owners_(transaction) {}

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
    applied_.owners = owners_.touched();
    return std::move(applied_);
  }

 private:
  void record() {
    if (reading_ == Reading::facts || reading_ == Reading::mend) return take_all();
    std::vector<EventRow> chosen;
    if (has_renderings(content_.events)) chosen = newest_renderings(content_.events);
    const std::vector<EventRow>& events = chosen.empty() ? content_.events : chosen;
    if (!content_.dead_letters.empty()) transaction_.keep(content_.dead_letters);
    if (events.empty()) return;
    const std::vector<Recorded> recorded = reading_ == Reading::again
                                               ? transaction_.record_again(events)
                                               : transaction_.record(events);
    applied_.known = content_.events.size() - recorded.size();
    for (const Recorded& each : recorded) ++applied_.recorded[events[each.index].outcome];
    for (const Recorded& each : recorded) {
      const EventRow& event = events[each.index];
      if (tells(event)) news_[object_of(event)].take(event, each.replaced);
      if (each.former) news_[*each.former].forsake(touch_of(event));
    }
    link();
  }

  void take_all() {
    for (const EventRow& event : content_.events) {
      if (tells(event)) news_[object_of(event)].take(event, reading_ == Reading::mend);
    }
    for (const Key& object : mended_) news_[object].forsake({});
    link();
  }

  /// A rendering that loses to the one stored may still be the only one that tells of a link.
  void link() {
    links_ = links_of(content_.events);
    if (links_.empty()) return;
    std::set<Key> linked;
    for (Link& link : transaction_.link(links_)) linked.insert(std::move(link.from));
    for (const EventRow& event : content_.events) {
      if (linked.empty() || !tells(event) || !linked.contains(object_of(event))) continue;
      ObjectNews& news = news_[object_of(event)];
      news.is_linked = true;
      if (news.facts.empty()) news.forsake(touch_of(event));
    }
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
    std::vector<Key> nameless, forsaken;
    for (const auto& [key, news] : news_) {
      if (news.facts.empty()) {
        forsaken.push_back(key);
        continue;
      }
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
    if (!forsaken.empty()) lock_forsaken(forsaken, owners, nameless);
    owners_.lock(owners);
    if (!nameless.empty()) kin_.lock(nameless);
  }

  void lock_forsaken(const std::vector<Key>& forsaken, std::set<Key>& owners,
                     std::vector<Key>& nameless) {
    for (const ObjectRow& row : transaction_.find_objects(forsaken)) {
      const Key& key = row.key;
      if (!row.owner_id.empty()) owners.insert({key.account, key.livemode, row.owner_id});
      if (row.customer_id.empty()) nameless.push_back(key);
    }
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
      if (!news.is_of_one_kind()) {
        unclear.push_back(key);
        continue;
      }
      if (!news.row.kind && !news.facts.empty()) {
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
      if (!tells(event)) continue;
      const Key key = object_of(event);
      all[key].push_back(fact_of(event));
      std::string& customer_id = news_.at(key).customer_id;
      customer_id = std::max(customer_id, event.customer_id);
    }
    for (const Key& key : keys) {
      ObjectNews& news = news_.at(key);
      if (all[key].empty()) {
        changed_[key] = news.forget(key);
        continue;
      }
      news.facts = of_one_kind(std::move(all[key]));
      settle(key, news, newest(news.facts));
    }
  }

  void settle(const Key& key, ObjectNews& news, Newest decided) {
    changed_[key] = news.settle(key, std::move(decided)) || reading_ == Reading::mend;
  }

  void decide_owners() {
    for (auto& [key, news] : news_) {
      if (!news.row.customer_id.empty()) customers_[key] = news.row.customer_id;
      if (!news.row.kind) customers_.erase(key);
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
    owners_.lock(owners);
    for (const auto& [owner, news] : touched_) owners_.touch(owner, news->latest);
  }

  /// The customer that the object or its next relatives name; farther ones are looked for later.
  std::string owner_in_sight(const Key& key, ObjectNews& news) const {
    if (!news.row.kind) return {};
    if (!news.row.customer_id.empty()) return news.row.customer_id;
    const Kinship kinship = relatives_of(key);
    if (!kinship.customers.empty()) return owner_of(kinship);
    news.dirty = true;
    if (!news.row.owner_id.empty()) return news.row.owner_id;
    return news.row.kind == stripe::ObjectKind::checkout_session ? key.id : std::string{};
  }

  void write() {
    std::vector<ObjectRow> rows;
    for (const auto& [key, news] : news_) {
      if (changed_[key]) rows.push_back(news.row);
    }
    if (!rows.empty()) transaction_.write_objects(rows);
  }

  void search_kin() {
    std::map<Key, const ObjectNews*> seeds;
    for (const auto& [key, news] : news_) {
      if (news.dirty) seeds.emplace(key, &news);
    }
    if (seeds.empty()) return;
    std::vector<Key> keys;
    for (const auto& [key, news] : seeds) keys.push_back(key);
    const std::vector<MovedObject> moved = kin_.find(keys);
    std::set<Key> owners;
    for (const MovedObject& each : moved) owners.insert(each.owners.begin(), each.owners.end());
    owners_.lock(owners);
    std::vector<ObjectRow> rows;
    for (const MovedObject& each : moved) {
      for (const Key& owner : each.owners) owners_.touch(owner, seeds.at(each.seed)->latest);
      rows.push_back(each.row);
      applied_.rows.emplace(each.row.key, each.row);
    }
    if (!rows.empty()) transaction_.write_objects(rows);
  }

  /// search_kin may have kept a later one already.
  void keep_row(const Key& key, ObjectNews& news) {
    const ObjectRow& row = applied_.rows.try_emplace(key, std::move(news.row)).first->second;
    if (undecided(row.newest) || row.owner_id.empty() || news.was_open || news.cut_short) {
      applied_.open.push_back({key, news.was_open, news.cut_short});
    }
  }

  EntitlementsTransaction& transaction_;
  const BatchContent& content_;
  const Reading reading_;
  const std::span<const Key> mended_;
  KinSearch kin_;
  OwnersOfBatch owners_;
  AppliedFacts applied_;
  std::vector<Link> links_;  ///< sorted
  std::map<Key, ObjectNews> news_;
  std::map<Key, bool> changed_;
  std::unordered_map<Key, std::string, KeyHash> customers_;  ///< named by objects in sight
  std::vector<std::pair<Key, const ObjectNews*>> touched_;
};

}  // namespace

AppliedFacts apply_facts(EntitlementsTransaction& transaction, const BatchContent& content,
                         Reading reading, std::span<const Key> mended) {
  return FactsOfBatch{transaction, content, reading, mended}.apply();
}

}  // namespace tollgate::entitlements
