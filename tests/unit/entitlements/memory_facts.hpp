// SPDX-License-Identifier: Apache-2.0
// Facts in memory for tests of reads: questions run at once, on the io thread. Objects for tests of
// `derive` are in user_facts_builder.hpp.
#pragma once

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "entitlements/document_store.hpp"
#include "entitlements/fact_store.hpp"

namespace tollgate::entitlements {

class MemoryFacts final : public FactStore, public FactReader {
 public:
  boost::asio::awaitable<void> read(Work work) override {
    ++questions;
    if (away) throw DocumentsUnavailable{"away"};
    work(*this);
    co_return;
  }

  std::vector<ObjectRow> find_objects(std::span<const Key> ids) override {
    return found(
        [&](const ObjectRow& row) { return std::ranges::find(ids, row.key) != ids.end(); });
  }
  std::vector<ObjectRow> find_objects_of(std::span<const Key> owners) override {
    return found([&](const ObjectRow& row) {
      const Key owner{row.key.account, row.key.livemode, row.owner_id};
      return std::ranges::find(owners, owner) != owners.end();
    });
  }
  std::vector<ObjectRow> find_paying_invoices(std::span<const Key>) override { return {}; }
  std::vector<ObjectRow> find_payments_of(std::span<const Key>) override { return {}; }

  std::vector<Key> find_claimed(const std::string& user_id) override { return claims[user_id]; }
  std::int64_t find_version(const std::string&) override { return 5; }
  std::vector<ToldEvent> find_told(std::span<const Key> ids) override {
    std::vector<ToldEvent> known;
    for (const ToldEvent& event : told) {
      if (std::ranges::find(ids, event.key) != ids.end()) known.push_back(event);
    }
    return known;
  }
  std::vector<EventRow> find_events_until(std::span<const Key> object_ids, Time at,
                                          std::size_t events_max) override {
    std::vector<EventRow> known;
    for (const EventRow& event : events) {
      const Key object{event.key.account, event.key.livemode, event.object_id};
      const bool wanted = std::ranges::find(object_ids, object) != object_ids.end();
      if (wanted && event.created <= at && known.size() < events_max) known.push_back(event);
    }
    return known;
  }
  std::vector<ObjectRow> find_invoices_paid_by(std::span<const Key>, Time) override { return {}; }

  std::vector<ShownChange> find_changes(const std::string&, std::int64_t below,
                                        std::size_t rows_max) override {
    std::vector<ShownChange> page;
    for (const ShownChange& change : changes) {
      if (change.version < below && page.size() < rows_max) page.push_back(change);
    }
    return page;
  }
  std::vector<ShownSubscription> find_subscriptions(const ListFilter& asked,
                                                    const std::optional<ObjectPlace>& after,
                                                    std::size_t rows_max) override {
    filter = asked;
    return page_of(subscriptions, after, rows_max);
  }
  std::vector<ShownOrphan> find_orphans(const ListFilter& asked,
                                        const std::optional<ObjectPlace>& after,
                                        std::size_t rows_max) override {
    filter = asked;
    return page_of(orphans, after, rows_max);
  }
  std::vector<ShownDeadLetter> find_dead_letters(const std::optional<LetterPlace>& after,
                                                 std::size_t rows_max,
                                                 std::size_t body_bytes_max) override {
    bytes_asked = body_bytes_max;
    std::vector<ShownDeadLetter> page;
    for (const ShownDeadLetter& letter : letters) {
      const bool comes_after = !after || letter.place.position.offset < after->position.offset;
      if (comes_after && page.size() < rows_max) page.push_back(letter);
    }
    return page;
  }

  bool away = false;
  int questions = 0;
  std::vector<ObjectRow> objects;
  std::vector<EventRow> events;
  std::vector<ToldEvent> told;
  std::map<std::string, std::vector<Key>> claims;
  std::vector<ShownChange> changes;  ///< newest first, as all lists here
  std::vector<ShownSubscription> subscriptions;
  std::vector<ShownOrphan> orphans;
  std::vector<ShownDeadLetter> letters;
  ListFilter filter;            ///< last asked for
  std::size_t bytes_asked = 0;  ///< likewise

 private:
  template <class Wanted>
  std::vector<ObjectRow> found(Wanted wanted) const {
    std::vector<ObjectRow> rows;
    std::ranges::copy_if(objects, std::back_inserter(rows), wanted);
    return rows;
  }

  template <class Row>
  static std::vector<Row> page_of(const std::vector<Row>& rows,
                                  const std::optional<ObjectPlace>& after, std::size_t rows_max) {
    std::vector<Row> page;
    for (const Row& row : rows) {
      const bool comes_after = !after || std::pair{row.place.created, row.place.key} <
                                             std::pair{after->created, after->key};
      if (comes_after && page.size() < rows_max) page.push_back(row);
    }
    return page;
  }
};

}  // namespace tollgate::entitlements
