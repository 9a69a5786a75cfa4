// SPDX-License-Identifier: Apache-2.0
#include "entitlements/postgres/postgres_objects.hpp"

#include "entitlements/postgres/postgres_columns.hpp"

namespace tollgate::entitlements {
namespace {

// Every select of objects gives these columns, which objects_in() reads.
constexpr char columns[] = R"(
select o.account, o.livemode, o.id, o.kind, o.customer_id, o.owner_id, o.state, o.status,
  o.terminal, o.deleted, o.tie, o.rank, date_part('epoch', o.created)::int8,
  date_part('epoch', o.status_since)::int8, date_part('epoch', o.other_status_at)::int8,
  date_part('epoch', o.payment_failed_at)::int8, o.event_id, o.thin,
  date_part('epoch', o.asked_at)::int8, o.pays_for, date_part('epoch', o.pays_since)::int8,
  o.revision, o.since_settled
from unnest($1::text[], $2::bool[], $3::text[]) as wanted (account, livemode, id)
)";

// Lookups stand in a subquery with a limit or offset, so that they stay lookups: before its first
// analyze the planner takes a table for small and would read it as a whole.
constexpr auto find_sql = postgres::joined(columns, R"(
cross join lateral (
  select * from stripe_objects s
  where s.account = wanted.account and s.livemode = wanted.livemode and s.id = wanted.id
  limit 1) as o)");
constexpr postgres::Query find{"find_objects", find_sql.data()};

constexpr auto find_of_owners_sql = postgres::joined(columns, R"(
cross join lateral (
  select * from stripe_objects s
  where s.account = wanted.account and s.livemode = wanted.livemode and s.owner_id = wanted.id
    and s.kind in ('customer', 'subscription', 'checkout_session', 'refund', 'dispute')
  offset 0) as o)");
constexpr postgres::Query find_of_owners{"find_objects_of", find_of_owners_sql.data()};

// The inner order is the index's own: another one would have every invoice read and sorted.
constexpr auto find_paying_sql = postgres::joined(columns, R"(
cross join lateral (
  select * from (
    select * from stripe_objects paid
    where paid.account = wanted.account and paid.livemode = wanted.livemode
      and paid.pays_for = wanted.id
    order by paid.pays_since desc fetch first 1 row with ties) as latest
  order by latest.id desc limit 1) as o)");
constexpr postgres::Query find_paying{"find_paying_invoices", find_paying_sql.data()};

constexpr auto find_payments_sql = postgres::joined(columns, R"(
cross join lateral (
  select from_id from links l
  where l.account = wanted.account and l.livemode = wanted.livemode and l.to_id = wanted.id
  offset 0) as payment
cross join lateral (
  select * from stripe_objects s
  where s.account = wanted.account and s.livemode = wanted.livemode and s.id = payment.from_id
    and s.kind = 'invoice_payment'
  limit 1) as o)");
constexpr postgres::Query find_payments{"find_payments_of", find_payments_sql.data()};

constexpr postgres::Query upsert{"upsert_objects", R"(
insert into stripe_objects (account, livemode, id, kind, customer_id, owner_id, state, status,
  terminal, deleted, tie, rank, created, status_since, other_status_at, payment_failed_at, event_id,
  thin, asked_at, pays_for, pays_since, revision, since_settled)
select account, livemode, id, kind, customer_id, owner_id, state::jsonb, status, terminal, deleted,
  tie, rank, to_timestamp(created), to_timestamp(status_since), to_timestamp(other_status_at),
  to_timestamp(payment_failed_at), event_id, thin, to_timestamp(asked_at), pays_for,
  to_timestamp(pays_since), revision, since_settled
from unnest($1::text[], $2::bool[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
  $8::text[], $9::bool[], $10::bool[], $11::text[], $12::int8[], $13::int8[], $14::int8[],
  $15::int8[], $16::int8[], $17::text[], $18::bool[], $19::int8[], $20::text[], $21::int8[],
  $22::int8[], $23::bool[])
  as sent (account, livemode, id, kind, customer_id, owner_id, state, status, terminal, deleted,
    tie, rank, created, status_since, other_status_at, payment_failed_at, event_id, thin, asked_at,
    pays_for, pays_since, revision, since_settled)
on conflict (account, livemode, id) do update set
  kind = excluded.kind, customer_id = excluded.customer_id, owner_id = excluded.owner_id,
  state = excluded.state, status = excluded.status, terminal = excluded.terminal,
  deleted = excluded.deleted, tie = excluded.tie, rank = excluded.rank, created = excluded.created,
  status_since = excluded.status_since, other_status_at = excluded.other_status_at,
  payment_failed_at = excluded.payment_failed_at, event_id = excluded.event_id,
  thin = excluded.thin, asked_at = excluded.asked_at, pays_for = excluded.pays_for,
  pays_since = excluded.pays_since, revision = excluded.revision,
  since_settled = excluded.since_settled
where stripe_objects.revision = excluded.revision - 1)"};

constexpr std::string_view ties[] = {"sole", "ordered", "ambiguous"};

Tie tie_of(std::string_view text) {
  if (text == ties[1]) return Tie::ordered;
  return text == ties[2] ? Tie::ambiguous : Tie::sole;
}

Newest newest_at(const postgres::Rows& rows, std::size_t row) {
  Newest newest;
  newest.state = text_at(rows, row, 6);
  newest.status = text_at(rows, row, 7);
  newest.terminal = rows.flag(row, 8);
  newest.deleted = rows.flag(row, 9);
  newest.tie = tie_of(rows.text(row, 10));
  newest.rank = rows.integer(row, 11);
  newest.created = from_unix_seconds(rows.integer(row, 12));
  newest.status_since = from_unix_seconds(rows.integer(row, 13));
  newest.other_status_at = time_at(rows, row, 14);
  newest.payment_failed_at = time_at(rows, row, 15);
  newest.event_id = text_at(rows, row, 16);
  newest.thin = rows.flag(row, 17);
  newest.asked_at = time_at(rows, row, 18);
  newest.since_settled = rows.flag(row, 22);
  return newest;
}

std::vector<ObjectRow> objects_in(const postgres::Rows& rows) {
  std::vector<ObjectRow> objects(rows.size());
  for (std::size_t row = 0; row < rows.size(); ++row) {
    ObjectRow& object = objects[row];
    object.key = key_at(rows, row, 0);
    object.kind = stripe::parse_object_kind(rows.text(row, 3));
    object.customer_id = text_at(rows, row, 4);
    object.owner_id = text_at(rows, row, 5);
    object.newest = newest_at(rows, row);
    object.pays_for = text_at(rows, row, 19);
    object.pays_since = time_at(rows, row, 20);
    object.revision = rows.integer(row, 21);
  }
  return objects;
}

std::vector<ObjectRow> run(postgres::Transaction& transaction, const postgres::Query& query,
                           std::span<const Key> wanted) {
  if (wanted.empty()) return {};
  const KeyColumns keys{wanted};
  return objects_in(transaction.run(query, keys.accounts, keys.livemodes, keys.ids));
}

/// The columns of many objects, in the order of upsert_objects.
struct ObjectColumns {
  KeyColumns keys;
  postgres::TextArray kinds, customer_ids, owner_ids, states, statuses;
  postgres::FlagArray terminal, deleted;
  postgres::TextArray tie;
  postgres::IntegerArray ranks, created, status_since, other_status_at, payment_failed_at;
  postgres::TextArray event_ids;
  postgres::FlagArray thin;
  postgres::IntegerArray asked_at;
  postgres::TextArray pays_for;
  postgres::IntegerArray pays_since, revisions;
  postgres::FlagArray since_settled;

  void add(const ObjectRow& object) {
    const Newest& newest = object.newest;
    keys.add(object.key);
    kinds.add_or_null(object.kind ? to_string(*object.kind) : std::string_view{});
    customer_ids.add_or_null(object.customer_id);
    owner_ids.add_or_null(object.owner_id);
    states.add_or_null(newest.state);
    statuses.add(newest.status);
    terminal.add(newest.terminal);
    deleted.add(newest.deleted);
    tie.add(ties[static_cast<std::size_t>(newest.tie)]);
    ranks.add(newest.rank);
    add_seconds(created, newest.created);
    add_seconds(status_since, newest.status_since);
    add_seconds(other_status_at, newest.other_status_at);
    add_seconds(payment_failed_at, newest.payment_failed_at);
    event_ids.add(newest.event_id);
    thin.add(newest.thin);
    add_seconds(asked_at, newest.asked_at);
    pays_for.add_or_null(object.pays_for);
    add_seconds(pays_since, object.pays_since);
    revisions.add(object.revision + 1);
    since_settled.add(newest.since_settled);
  }
};

}  // namespace

std::vector<ObjectRow> select_objects(postgres::Transaction& transaction,
                                      std::span<const Key> ids) {
  return run(transaction, find, ids);
}

std::vector<ObjectRow> select_objects_of(postgres::Transaction& transaction,
                                         std::span<const Key> owners) {
  return run(transaction, find_of_owners, owners);
}

std::vector<ObjectRow> select_paying_invoices(postgres::Transaction& transaction,
                                              std::span<const Key> subscriptions) {
  return run(transaction, find_paying, subscriptions);
}

std::vector<ObjectRow> select_payments_of(postgres::Transaction& transaction,
                                          std::span<const Key> invoices) {
  return run(transaction, find_payments, invoices);
}

bool upsert_objects(postgres::Transaction& transaction, std::span<const ObjectRow* const> objects) {
  ObjectColumns sent;
  for (const ObjectRow* object : objects) sent.add(*object);
  const postgres::Rows written = transaction.run(
      upsert, sent.keys.accounts, sent.keys.livemodes, sent.keys.ids, sent.kinds, sent.customer_ids,
      sent.owner_ids, sent.states, sent.statuses, sent.terminal, sent.deleted, sent.tie, sent.ranks,
      sent.created, sent.status_since, sent.other_status_at, sent.payment_failed_at, sent.event_ids,
      sent.thin, sent.asked_at, sent.pays_for, sent.pays_since, sent.revisions, sent.since_settled);
  return written.affected() == objects.size();
}

}  // namespace tollgate::entitlements
