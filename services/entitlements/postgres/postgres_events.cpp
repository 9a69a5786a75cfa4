// SPDX-License-Identifier: Apache-2.0
#include "entitlements/postgres/postgres_events.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "entitlements/postgres/postgres_columns.hpp"

namespace tollgate::entitlements {
namespace {

constexpr char insert_sql[] = R"(
insert into events (account, livemode, id, type, api_version, created, kind, object_id,
  customer_id, state, previous, topic, partition, position, outcome)
select account, livemode, id, type, api_version, to_timestamp(created), kind, object_id,
  customer_id, state::jsonb, previous::jsonb, $15, partition, position, outcome
from unnest($1::text[], $2::bool[], $3::text[], $4::text[], $5::text[], $6::int8[], $7::text[],
  $8::text[], $9::text[], $10::text[], $11::text[], $12::int8[], $13::int8[], $14::text[])
  as sent (account, livemode, id, type, api_version, created, kind, object_id, customer_id, state,
    previous, partition, position, outcome)
on conflict (account, livemode, id))";

constexpr auto insert_new_sql = postgres::joined(insert_sql, R"( do nothing
returning account, livemode, id, false)");
constexpr postgres::Query insert_new_rows{"insert_events", insert_new_sql.data()};

// Of one event's renderings the newer API version is kept (they begin with a date); anything that
// can be read replaces what could not.
constexpr char replace_sql[] = R"( do update set
  type = excluded.type, api_version = excluded.api_version, created = excluded.created,
  kind = excluded.kind, object_id = excluded.object_id, customer_id = excluded.customer_id,
  state = excluded.state, previous = excluded.previous, topic = excluded.topic,
  partition = excluded.partition, position = excluded.position, outcome = excluded.outcome
where excluded.outcome <> 'dead_letter'
  and (events.outcome = 'dead_letter'
    or coalesce(excluded.api_version, '') collate "C" > coalesce(events.api_version, ''))";

constexpr auto replace_older_sql = postgres::joined(insert_sql, replace_sql, R"()
returning account, livemode, id, xmax <> 0)");
constexpr postgres::Query replace_older_rows{"replace_older_events", replace_older_sql.data()};

constexpr auto replace_other_sql = postgres::joined(insert_sql, replace_sql, R"(
    or (coalesce(excluded.api_version, '') = coalesce(events.api_version, '')
      and (excluded.type, excluded.created, excluded.kind, excluded.object_id,
          excluded.customer_id, excluded.state, excluded.previous, excluded.outcome)
        is distinct from (events.type, events.created, events.kind, events.object_id,
          events.customer_id, events.state, events.previous, events.outcome)))
returning account, livemode, id, xmax <> 0)");
constexpr postgres::Query replace_other_rows{"replace_other_events", replace_other_sql.data()};

// Locked, because the upsert that follows may replace what is read here. All of them in the order
// sent, not just those that count, for the upsert locks all of them in that order.
constexpr postgres::Query find_former_rows{"find_former_objects", R"(
select e.account, e.livemode, e.id, e.object_id
from unnest($1::text[], $2::bool[], $3::text[], $4::text[], $5::text[], $6::int8[])
  as sent (account, livemode, id, kind, object_id, created)
cross join lateral (
  select * from events s
  where s.account = sent.account and s.livemode = sent.livemode and s.id = sent.id
  limit 1 for update) as e
where e.kind is not null and e.object_id <> ''
  and (sent.kind is null or sent.created is null or e.object_id is distinct from sent.object_id))"};

constexpr postgres::Query delete_dead_letter_rows{"delete_dead_letters", R"(
delete from dead_letters d
using unnest($2::int8[], $3::int8[]) as readable (partition, position)
where d.topic = $1 and d.partition = readable.partition and d.position = readable.position)"};

constexpr postgres::Query insert_dead_letter_rows{"insert_dead_letters", R"(
insert into dead_letters (topic, partition, position, event_id, type, reason, key, body)
select $1, partition, position, event_id, type, reason, key, body
from unnest($2::int8[], $3::int8[], $4::text[], $5::text[], $6::text[], $7::bytea[], $8::bytea[])
  as sent (partition, position, event_id, type, reason, key, body)
on conflict do nothing)"};

constexpr auto select_events_sql = postgres::joined(
    event_columns,
    R"(from unnest($1::text[], $2::bool[], $3::text[]) as wanted (account, livemode, object_id)
cross join lateral (
  select * from events s
  where s.account = wanted.account and s.livemode = wanted.livemode
    and s.object_id = wanted.object_id and s.kind is not null
  offset 0) as e)");
constexpr postgres::Query select_event_rows{"select_events", select_events_sql.data()};

/// The columns of many events, in the order of insert_events.
struct EventColumns {
  KeyColumns keys;
  postgres::TextArray types, api_versions;
  postgres::IntegerArray created;
  postgres::TextArray kinds, object_ids, customer_ids, states, previous;
  postgres::IntegerArray partitions, positions;
  postgres::TextArray outcomes;

  explicit EventColumns(const std::vector<EventRow>& events) {
    for (const EventRow& event : events) add(event);
  }

  void add(const EventRow& event) {
    keys.add(event.key);
    types.add(event.type);
    api_versions.add_or_null(event.api_version);
    add_seconds(created, event.created);
    kinds.add_or_null(event.kind ? to_string(*event.kind) : std::string_view{});
    object_ids.add_or_null(event.object_id);
    customer_ids.add_or_null(event.customer_id);
    states.add_or_null(event.state);
    previous.add_or_null(event.previous);
    partitions.add(std::int64_t{event.position.partition});
    positions.add(event.position.offset);
    outcomes.add(to_string(event.outcome));
  }
};

bool is_key(const postgres::Rows& rows, std::size_t row, const Key& key) {
  return rows.text(row, 2) == key.id && rows.flag(row, 1) == key.livemode &&
         rows.text(row, 0) == key.account;
}

std::vector<Recorded> insert(postgres::Transaction& transaction, const postgres::Query& query,
                             const std::string& topic, const EventColumns& sent,
                             const std::vector<EventRow>& events) {
  const postgres::Rows rows = transaction.run(
      query, sent.keys.accounts, sent.keys.livemodes, sent.keys.ids, sent.types, sent.api_versions,
      sent.created, sent.kinds, sent.object_ids, sent.customer_ids, sent.states, sent.previous,
      sent.partitions, sent.positions, sent.outcomes, topic);
  // The rows come back in the order sent, without those that were known already.
  std::vector<Recorded> recorded;
  recorded.reserve(rows.size());
  std::size_t index = 0;
  for (std::size_t row = 0; row < rows.size(); ++row, ++index) {
    while (!is_key(rows, row, events.at(index).key)) ++index;
    recorded.push_back({index, rows.flag(row, 3), {}});
  }
  return recorded;
}

/// The objects by the events that told about them before.
std::map<Key, Key> find_former(postgres::Transaction& transaction, const EventColumns& sent) {
  const postgres::Rows rows =
      transaction.run(find_former_rows, sent.keys.accounts, sent.keys.livemodes, sent.keys.ids,
                      sent.kinds, sent.object_ids, sent.created);
  std::map<Key, Key> former;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const Key event = key_at(rows, row, 0);
    former.emplace(event, Key{event.account, event.livemode, text_at(rows, row, 3)});
  }
  return former;
}

/// Most events are new. Only those that are known already are compared with what is stored.
std::vector<Recorded> record_by(postgres::Transaction& transaction, const postgres::Query& replace,
                                const std::string& topic, const std::vector<EventRow>& events) {
  std::vector<Recorded> recorded =
      insert(transaction, insert_new_rows, topic, EventColumns{events}, events);
  if (recorded.size() == events.size()) return recorded;

  std::vector<std::size_t> indexes;
  std::vector<EventRow> known;
  auto inserted = recorded.cbegin();
  for (std::size_t index = 0; index < events.size(); ++index) {
    if (inserted != recorded.cend() && inserted->index == index) {
      ++inserted;
      continue;
    }
    indexes.push_back(index);
    known.push_back(events[index]);
  }
  const EventColumns sent{known};
  const std::map<Key, Key> former = find_former(transaction, sent);
  for (Recorded& each : insert(transaction, replace, topic, sent, known)) {
    const auto found = former.find(known[each.index].key);
    if (found != former.end()) each.former = found->second;
    each.index = indexes[each.index];
    recorded.push_back(std::move(each));
  }
  std::ranges::sort(recorded, {}, &Recorded::index);
  return recorded;
}

}  // namespace

std::vector<Recorded> insert_events(postgres::Transaction& transaction, const std::string& topic,
                                    const std::vector<EventRow>& events) {
  return record_by(transaction, replace_older_rows, topic, events);
}

std::vector<Recorded> insert_events_again(postgres::Transaction& transaction,
                                          const std::string& topic,
                                          const std::vector<EventRow>& events) {
  return record_by(transaction, replace_other_rows, topic, events);
}

void delete_dead_letters(postgres::Transaction& transaction, const std::string& topic,
                         std::span<const Position> positions) {
  postgres::IntegerArray partitions, offsets;
  for (const Position& position : positions) {
    partitions.add(std::int64_t{position.partition});
    offsets.add(position.offset);
  }
  transaction.run(delete_dead_letter_rows, topic, partitions, offsets);
}

void insert_dead_letters(postgres::Transaction& transaction, const std::string& topic,
                         std::span<const DeadLetter> dead_letters) {
  postgres::IntegerArray partitions, positions;
  postgres::TextArray event_ids, types, reasons;
  postgres::BytesArray keys, bodies;
  for (const DeadLetter& letter : dead_letters) {
    partitions.add(std::int64_t{letter.position.partition});
    positions.add(letter.position.offset);
    event_ids.add_or_null(letter.event_id);
    types.add_or_null(letter.type);
    reasons.add(letter.reason);
    keys.add(letter.key);
    bodies.add(letter.body);
  }
  transaction.run(insert_dead_letter_rows, topic, partitions, positions, event_ids, types, reasons,
                  keys, bodies);
}

std::vector<EventRow> select_events(postgres::Transaction& transaction,
                                    std::span<const Key> object_ids) {
  const KeyColumns wanted{object_ids};
  return events_in(
      transaction.run(select_event_rows, wanted.accounts, wanted.livemodes, wanted.ids));
}

}  // namespace tollgate::entitlements
