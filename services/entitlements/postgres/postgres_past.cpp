// SPDX-License-Identifier: Apache-2.0
#include "entitlements/postgres/postgres_past.hpp"

#include "entitlements/postgres/postgres_columns.hpp"

namespace tollgate::entitlements {
namespace {

constexpr postgres::Query find_claimed{"find_claimed", R"(
select account, livemode, customer_id from claims where user_id = $1)"};

constexpr postgres::Query find_version{"find_version", R"(
select version from user_entitlements where user_id = $1)"};

constexpr postgres::Query find_told{"find_told_events", R"(
select e.account, e.livemode, e.id, e.type, extract(epoch from e.created)::int8, e.kind,
  e.object_id, e.outcome, e.topic, e.partition, e.position
from unnest($1::text[], $2::bool[], $3::text[]) as wanted (account, livemode, id)
cross join lateral (
  select * from events s
  where s.account = wanted.account and s.livemode = wanted.livemode and s.id = wanted.id
  limit 1) as e)"};

constexpr auto find_until_sql = postgres::joined(
    event_columns,
    R"(from unnest($1::text[], $2::bool[], $3::text[]) as wanted (account, livemode, object_id)
cross join lateral (
  select * from events s
  where s.account = wanted.account and s.livemode = wanted.livemode
    and s.object_id = wanted.object_id and s.kind is not null
    and s.created <= to_timestamp($4::int8)
  offset 0) as e
limit $5::int8)");
constexpr postgres::Query find_until{"find_events_until", find_until_sql.data()};

// Paid is never left, so an event that says so by then is enough. The inner order is the index's
// own, so that no more invoices are looked at than need be.
constexpr postgres::Query find_paid_by{"find_invoices_paid_by", R"(
select o.account, o.livemode, o.id
from unnest($1::text[], $2::bool[], $3::text[]) as wanted (account, livemode, id)
cross join lateral (
  select * from (
    select * from stripe_objects paid
    where paid.account = wanted.account and paid.livemode = wanted.livemode
      and paid.pays_for = wanted.id and exists (
        select 1 from events e
        where e.account = paid.account and e.livemode = paid.livemode and e.object_id = paid.id
          and e.kind is not null and e.created <= to_timestamp($4::int8)
          and e.state->>'status' = 'paid'
        offset 0)
    order by paid.pays_since desc fetch first 1 row with ties) as latest
  order by latest.id desc limit 1) as o)"};

Outcome outcome_of(std::string_view text) {
  for (const Outcome outcome : {Outcome::fact, Outcome::thin, Outcome::dead_letter}) {
    if (text == to_string(outcome)) return outcome;
  }
  return Outcome::irrelevant;
}

}  // namespace

std::vector<Key> select_claimed(postgres::Transaction& transaction, const std::string& user_id) {
  return keys_in(transaction.run(find_claimed, user_id));
}

std::int64_t select_version(postgres::Transaction& transaction, const std::string& user_id) {
  const postgres::Rows rows = transaction.run(find_version, user_id);
  return rows.empty() ? 0 : rows.integer(0, 0);
}

ToldEvent told_event_at(const postgres::Rows& rows, std::size_t row, int column) {
  ToldEvent event;
  event.key = key_at(rows, row, column);
  event.type = text_at(rows, row, column + 3);
  event.created = time_at(rows, row, column + 4);
  event.kind = stripe::parse_object_kind(rows.text(row, column + 5));
  event.object_id = text_at(rows, row, column + 6);
  event.outcome = outcome_of(rows.text(row, column + 7));
  event.topic = text_at(rows, row, column + 8);
  if (event.topic.empty()) return event;  // Pruned: only the key is known.
  event.position.partition = static_cast<std::int32_t>(rows.integer(row, column + 9));
  event.position.offset = rows.integer(row, column + 10);
  return event;
}

std::vector<ToldEvent> select_told(postgres::Transaction& transaction,
                                   std::span<const Key> events) {
  const KeyColumns wanted{events};
  const postgres::Rows rows =
      transaction.run(find_told, wanted.accounts, wanted.livemodes, wanted.ids);
  std::vector<ToldEvent> told;
  told.reserve(rows.size());
  for (std::size_t row = 0; row < rows.size(); ++row) told.push_back(told_event_at(rows, row, 0));
  return told;
}

std::vector<EventRow> select_events_until(postgres::Transaction& transaction,
                                          std::span<const Key> object_ids, Time at,
                                          std::size_t events_max) {
  const KeyColumns wanted{object_ids};
  return events_in(transaction.run(find_until, wanted.accounts, wanted.livemodes, wanted.ids,
                                   to_unix_seconds(at), events_max));
}

std::vector<Key> select_invoices_paid_by(postgres::Transaction& transaction,
                                         std::span<const Key> subscriptions, Time at) {
  const KeyColumns wanted{subscriptions};
  return keys_in(transaction.run(find_paid_by, wanted.accounts, wanted.livemodes, wanted.ids,
                                 to_unix_seconds(at)));
}

}  // namespace tollgate::entitlements
