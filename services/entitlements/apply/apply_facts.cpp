// SPDX-License-Identifier: Apache-2.0
#include "entitlements/apply/apply_facts.hpp"

#include <algorithm>
#include <set>
#include <unordered_map>
#include <utility>

#include "entitlements/apply/find_kin.hpp"
#include "entitlements/apply/find_relatives.hpp"
#include "entitlements/apply/read_news.hpp"
#include "entitlements/domain/one_kind.hpp"
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
    find_next_relatives();
    lock_rows();
    find_rows();
    decide_newest();
    decide_owners();
    write_all_but_lost();
    search_kin();
    write_lost();
    for (auto& [key, news] : news_) keep_row(key, news);
    applied_.owners = owners_.touched();
    applied_.relatives = kin_.met();
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
    if (content_.links.empty()) return;
    std::set<Key> linked;
    for (Link& link : transaction_.link(content_.links)) linked.insert(std::move(link.from));
    for (const EventRow& event : content_.events) {
      if (linked.empty() || !tells(event) || !linked.contains(object_of(event))) continue;
      ObjectNews& news = news_[object_of(event)];
      news.is_linked = true;
      if (news.facts.empty()) news.forsake(touch_of(event));
    }
  }

  void find_next_relatives() {
    for (const auto& [key, news] : news_) relatives_.name(key, news.customer_id);
    std::vector<Link> links;
    for (const Link& link : content_.links) {
      if (news_.contains(link.from)) links.push_back(link);
    }
    relatives_.find(transaction_, std::move(links));
  }

  /// All owners in sight, in one order for all writers; then what has no owner in sight.
  void lock_rows() {
    std::set<Key> owners, nameless;
    std::vector<Key> forsaken;
    for (const auto& [key, news] : news_) {
      if (news.facts.empty()) {
        forsaken.push_back(key);
        continue;
      }
      const std::string owner =
          news.customer_id.empty() ? relatives_.owner_of(key) : news.customer_id;
      if (owner.empty()) {
        nameless.insert(key);
      } else {
        owners.insert({key.account, key.livemode, owner});
      }
      if (news.facts.front().kind == stripe::ObjectKind::checkout_session &&
          news.customer_id.empty()) {
        owners.insert(key);
      }
    }
    if (!forsaken.empty()) lock_forsaken(forsaken, owners, nameless);
    owners_.lock(owners);
    kin_.lock(relatives_.with_relatives(std::move(nameless)));
  }

  void lock_forsaken(const std::vector<Key>& forsaken, std::set<Key>& owners,
                     std::set<Key>& nameless) {
    for (const Placement& known : transaction_.find_placements(forsaken)) {
      const Key& key = known.key;
      if (!known.owner_id.empty()) owners.insert({key.account, key.livemode, known.owner_id});
      if (known.customer_id.empty()) nameless.insert(key);
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
        news.forget(key);
        continue;
      }
      news.facts = of_one_kind(std::move(all[key]));
      settle(key, news, newest(news.facts));
    }
  }

  void settle(const Key& key, ObjectNews& news, Newest decided) {
    news.settle(key, std::move(decided));
    if (reading_ == Reading::mend) news.changed = true;
  }

  void decide_owners() {
    for (const auto& [key, news] : news_) relatives_.name(key, news.row.customer_id);
    std::set<Key> owners;
    for (auto& [key, news] : news_) {
      const std::string before = news.row.owner_id;
      news.row.owner_id = owner_in_sight(key, news);
      if (news.row.owner_id != before) news.changed = true;
      if (!news.changed) continue;
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
    std::string owner = relatives_.owner_of(key);
    if (!owner.empty()) return owner;
    news.dirty = true;
    if (!news.row.owner_id.empty()) return news.row.owner_id;
    return news.row.kind == stripe::ObjectKind::checkout_session ? key.id : std::string{};
  }

  /// Before the search, which relies on it: who waits for one of them has it locked.
  void write_all_but_lost() { write(false); }
  void write_lost() { write(true); }

  void write(bool lost) {
    std::vector<const ObjectRow*> rows;
    for (const auto& [key, news] : news_) {
      if (news.changed && news.is_lost() == lost) rows.push_back(&news.row);
    }
    if (!rows.empty()) transaction_.write_objects(rows);
  }

  void search_kin() {
    std::set<Key> seeds;
    for (const auto& [key, news] : news_) {
      if (news.dirty) seeds.insert(key);
      if (news.dirty || kin_.met().contains(key)) kin_.note(news.placement(key));
    }
    if (seeds.empty()) return;
    const std::vector<MovedObject> moved = kin_.find(seeds);
    std::set<Key> owners;
    for (const MovedObject& each : moved) owners.merge(each.owners());
    owners_.lock(owners);
    std::vector<Placement> elsewhere;
    for (const MovedObject& each : moved) {
      for (const Key& owner : each.owners()) owners_.touch(owner, news_.at(each.seed).latest);
      const auto news = news_.find(each.placement.key);
      const bool is_yet_to_be_written =
          news != news_.end() && news->second.move_to(each.placement.owner_id);
      if (!is_yet_to_be_written) elsewhere.push_back(each.placement);
    }
    if (!elsewhere.empty()) transaction_.move_objects(elsewhere);
  }

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
  NextRelatives relatives_;
  KinSearch kin_;
  OwnersOfBatch owners_;
  AppliedFacts applied_;
  std::map<Key, ObjectNews> news_;
  std::vector<std::pair<Key, const ObjectNews*>> touched_;
};

}  // namespace

AppliedFacts apply_facts(EntitlementsTransaction& transaction, const BatchContent& content,
                         Reading reading, std::span<const Key> mended) {
  return FactsOfBatch{transaction, content, reading, mended}.apply();
}

}  // namespace tollgate::entitlements
