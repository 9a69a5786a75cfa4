// SPDX-License-Identifier: Apache-2.0
#include "entitlements/postgres/postgres_kin.hpp"

#include "entitlements/postgres/postgres_columns.hpp"

namespace tollgate::entitlements {
namespace {

constexpr postgres::Query insert_link_rows{"insert_links", R"(
insert into links (account, livemode, from_id, to_id)
select * from unnest($1::text[], $2::bool[], $3::text[], $4::text[])
  as sent (account, livemode, from_id, to_id)
on conflict do nothing
returning account, livemode, from_id, to_id)"};

// placements_in() reads account, livemode, id, kind, customer_id, owner_id and revision. Lookups
// stand in subqueries for the reason given in postgres_objects.cpp.
constexpr postgres::Query find_placement_rows{"find_placements", R"(
select o.account, o.livemode, o.id, o.kind, o.customer_id, o.owner_id, o.revision
from unnest($1::text[], $2::bool[], $3::text[]) as wanted (account, livemode, id)
cross join lateral (
  select * from stripe_objects s
  where s.account = wanted.account and s.livemode = wanted.livemode and s.id = wanted.id
  limit 1) as o)"};

constexpr postgres::Query find_relation_rows{"find_relations", R"(
select wanted.account, wanted.livemode, next.id, o.kind, o.customer_id, o.owner_id,
  coalesce(o.revision, 0), wanted.id
from unnest($1::text[], $2::bool[], $3::text[]) as wanted (account, livemode, id)
cross join lateral (
  (select l.to_id as id from links l
   where l.account = wanted.account and l.livemode = wanted.livemode and l.from_id = wanted.id
   offset 0)
  union all
  (select l.from_id from links l
   where l.account = wanted.account and l.livemode = wanted.livemode and l.to_id = wanted.id
   offset 0)) as next
left join lateral (
  select * from stripe_objects s
  where s.account = wanted.account and s.livemode = wanted.livemode and s.id = next.id
  limit 1) as o on true)"};

constexpr postgres::Query make_awaited{"make_awaited_objects", R"(
insert into stripe_objects (account, livemode, id, status, terminal, deleted, tie, rank, created,
  status_since, since_settled, event_id, thin, revision)
select account, livemode, id, '', false, false, 'sole', 0, 'epoch', 'epoch', true, '', false, 1
from unnest($1::text[], $2::bool[], $3::text[]) as wanted (account, livemode, id)
on conflict do nothing)"};

// In the order sent, which is sorted. Who had to wait for the lock sees what the other one wrote.
constexpr postgres::Query lock_rows{"lock_objects", R"(
select o.account, o.livemode, o.id, o.kind, o.customer_id, o.owner_id, o.revision
from unnest($1::text[], $2::bool[], $3::text[]) as wanted (account, livemode, id)
cross join lateral (
  select * from stripe_objects s
  where s.account = wanted.account and s.livemode = wanted.livemode and s.id = wanted.id
  for update) as o)"};

constexpr postgres::Query move_rows{"move_objects", R"(
update stripe_objects o set owner_id = found.owner_id, revision = o.revision + 1
from (
  select s.place, moved.owner_id, moved.revision
  from unnest($1::text[], $2::bool[], $3::text[], $4::text[], $5::int8[])
    as moved (account, livemode, id, owner_id, revision)
  cross join lateral (
    select s.ctid as place from stripe_objects s
    where s.account = moved.account and s.livemode = moved.livemode and s.id = moved.id
    limit 1) as s) as found
where o.ctid = found.place and o.revision = found.revision)"};

Placement placement_at(const postgres::Rows& rows, std::size_t row) {
  return {key_at(rows, row, 0), stripe::parse_object_kind(rows.text(row, 3)), text_at(rows, row, 4),
          text_at(rows, row, 5), rows.integer(row, 6)};
}

std::vector<Placement> placements_in(const postgres::Rows& rows) {
  std::vector<Placement> placements;
  placements.reserve(rows.size());
  for (std::size_t row = 0; row < rows.size(); ++row) placements.push_back(placement_at(rows, row));
  return placements;
}

}  // namespace

std::vector<Link> insert_links(postgres::Transaction& transaction, std::span<const Link> links) {
  KeyColumns from;
  postgres::TextArray to;
  for (const Link& link : links) {
    from.add(link.from);
    to.add(link.to_id);
  }
  const postgres::Rows rows =
      transaction.run(insert_link_rows, from.accounts, from.livemodes, from.ids, to);
  std::vector<Link> inserted;
  inserted.reserve(rows.size());
  for (std::size_t row = 0; row < rows.size(); ++row) {
    inserted.push_back({key_at(rows, row, 0), text_at(rows, row, 3)});
  }
  return inserted;
}

std::vector<Placement> select_placements(postgres::Transaction& transaction,
                                         std::span<const Key> ids) {
  const KeyColumns keys{ids};
  return placements_in(
      transaction.run(find_placement_rows, keys.accounts, keys.livemodes, keys.ids));
}

std::vector<Relation> select_relations(postgres::Transaction& transaction,
                                       std::span<const Key> ids) {
  const KeyColumns keys{ids};
  const postgres::Rows rows =
      transaction.run(find_relation_rows, keys.accounts, keys.livemodes, keys.ids);
  std::vector<Relation> relations;
  relations.reserve(rows.size());
  for (std::size_t row = 0; row < rows.size(); ++row) {
    Placement to = placement_at(rows, row);
    Key from{to.key.account, to.key.livemode, text_at(rows, row, 7)};
    relations.push_back({std::move(from), std::move(to)});
  }
  return relations;
}

std::vector<Placement> insert_and_lock_objects(postgres::Transaction& transaction,
                                               std::span<const Key> ids) {
  const KeyColumns keys{ids};
  transaction.run(make_awaited, keys.accounts, keys.livemodes, keys.ids);
  return placements_in(transaction.run(lock_rows, keys.accounts, keys.livemodes, keys.ids));
}

bool update_owners_of_objects(postgres::Transaction& transaction,
                              std::span<const Placement> moved) {
  KeyColumns keys;
  postgres::TextArray owner_ids;
  postgres::IntegerArray revisions;
  for (const Placement& each : moved) {
    keys.add(each.key);
    owner_ids.add_or_null(each.owner_id);
    revisions.add(each.revision);
  }
  const postgres::Rows written =
      transaction.run(move_rows, keys.accounts, keys.livemodes, keys.ids, owner_ids, revisions);
  return written.affected() == moved.size();
}

}  // namespace tollgate::entitlements
