// SPDX-License-Identifier: Apache-2.0
#include "entitlements/postgres/postgres_lists.hpp"

#include <string>
#include <utility>

#include "entitlements/postgres/postgres_columns.hpp"

namespace tollgate::entitlements {
namespace {

// A first page begins after the end of time.
constexpr std::int64_t end_of_time_s = 253'402'300'800;  // year 10000

// The view computes the columns, for the rows of the page alone: hence the lateral and the offset.
// So that it need not for every row that is of another plan, a glance at the names comes first.
constexpr char subscription_columns[] = R"(
select s.account, s.livemode, s.id, extract(epoch from s.listed_at)::int8, v.customer_id, v.user_id,
  v.status, v.plan, array_to_string(v.price_ids, chr(31)), v.quantity,
  extract(epoch from v.current_period_start)::int8, extract(epoch from v.current_period_end)::int8,
  extract(epoch from v.cancel_at)::int8, extract(epoch from v.canceled_at)::int8,
  extract(epoch from v.ended_at)::int8, extract(epoch from v.trial_end)::int8,
  extract(epoch from v.paid_through)::int8
)";
constexpr char subscription_page[] = R"(
cross join lateral (
  select * from subscriptions i
  where i.account = s.account and i.livemode = s.livemode and i.id = s.id
  offset 0) as v
where s.kind = 'subscription'
  and (s.listed_at, s.account, s.livemode, s.id) < (to_timestamp($1::int8), $2, $3::bool, $4)
  and ($5::text is null or s.status = $5) and ($6::text is null or v.plan = $6)
  and ($6 is null or exists (
    select 1 from jsonb_array_elements(s.state->'items') as i (item)
    join catalog_plan_names p on p.plan = $6
      and p.name in (item->>'product', item->>'price', item->>'lookup_key')))
)";
constexpr char subscription_order[] = R"(
order by s.listed_at desc, s.account desc, s.livemode desc, s.id desc limit $7::int8)";

constexpr auto all_sql = postgres::joined(subscription_columns, "from stripe_objects s",
                                          subscription_page, subscription_order);
constexpr postgres::Query find_all{"list_subscriptions", all_sql.data()};

constexpr auto of_user_sql =
    postgres::joined(subscription_columns, R"(from owners o
cross join lateral (
  select * from stripe_objects x
  where x.account = o.account and x.livemode = o.livemode and x.owner_id = o.owner_id
    and x.kind = 'subscription'
  offset 0) as s)",
                     subscription_page, "and o.user_id = $8", subscription_order);
constexpr postgres::Query find_of_user{"list_subscriptions_of_user", of_user_sql.data()};

// A session that is not complete and a customer without a conflict wait for nobody. The status that
// is filtered by is Stripe's, as it is shown: ours holds a session's payment status too. All
// orphans are read to find the latest, but plans, which the view computes, of those on the page.
constexpr postgres::Query find_orphan_rows{"list_orphans", R"(
with unbound as (
  select s.account, s.livemode, s.id, s.kind, s.customer_id, s.owner_id, s.status, s.state,
    s.status_since, s.event_id, o.conflict
  from (select * from owners where user_id is null offset 0) as o
  cross join lateral (
    select * from stripe_objects x
    where x.account = o.account and x.livemode = o.livemode and x.owner_id = o.owner_id
      and x.kind in ('customer', 'subscription', 'checkout_session', 'refund', 'dispute')
    offset 0) as s
  where ($8::text is null or exists (
      select 1 from claims c
      where c.account = o.account and c.livemode = o.livemode and c.customer_id = o.owner_id
        and c.user_id = $8))
    and (s.kind <> 'customer' or o.conflict)
    and (s.kind <> 'checkout_session' or s.status like 'complete%')
  union all
  select s.account, s.livemode, s.id, s.kind, s.customer_id, s.owner_id, s.status, s.state,
    s.status_since, s.event_id, false
  from stripe_objects s
  where s.owner_id is null and s.kind in ('refund', 'dispute') and $8::text is null),
listed as (
  select u.*, coalesce(to_timestamp((u.state->>'created')::bigint), u.status_since) as listed_at
  from unbound u),
page as (
  select * from listed s
  where (s.listed_at, s.account, s.livemode, s.id) < (to_timestamp($1::int8), $2, $3::bool, $4)
    and ($5::text is null or split_part(s.status, '/', 1) = $5)
    and case when $6::text is null then true
      when s.kind <> 'subscription' or not exists (
        select 1 from jsonb_array_elements(s.state->'items') as i (item)
        join catalog_plan_names p on p.plan = $6
          and p.name in (item->>'product', item->>'price', item->>'lookup_key')) then false
      else $6 = (
        select i.plan from subscriptions i
        where i.account = s.account and i.livemode = s.livemode and i.id = s.id) end
  order by s.listed_at desc, s.account desc, s.livemode desc, s.id desc limit $7::int8)
select l.account, l.livemode, l.id, extract(epoch from l.listed_at)::int8, l.kind, l.customer_id,
  l.owner_id, l.status, named.plan, l.event_id, l.conflict
from page l
left join lateral (
  select i.plan from subscriptions i
  where i.account = l.account and i.livemode = l.livemode and i.id = l.id
    and l.kind = 'subscription'
  offset 0) as named on true
order by l.listed_at desc, l.account desc, l.livemode desc, l.id desc)"};

constexpr postgres::Query find_letters{"list_dead_letters", R"(
select (extract(epoch from recorded_at) * 1000000)::int8, topic, partition, position, event_id,
  type, reason, octet_length(body),
  case when $6::int4 > 0
    then translate(encode(substring(body for $6::int4), 'base64'), chr(10), '') end
from dead_letters
where (recorded_at, topic, partition, position)
  < ('epoch'::timestamptz + $1::int8 * interval '1 microsecond', $2, $3::int4, $4::int8)
order by recorded_at desc, topic desc, partition desc, position desc limit $5::int8)"};

std::optional<std::string> text_or_null(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional{text};
}

ObjectPlace place_at(const postgres::Rows& rows, std::size_t row) {
  return {from_unix_seconds(rows.integer(row, 3)), key_at(rows, row, 0)};
}

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::string_view part = text.substr(0, text.find('\x1f'));
    parts.emplace_back(part);
    text.remove_prefix(std::min(part.size() + 1, text.size()));
  }
  return parts;
}

ShownSubscription subscription_at(const postgres::Rows& rows, std::size_t row) {
  ShownSubscription shown;
  shown.place = place_at(rows, row);
  shown.customer_id = text_at(rows, row, 4);
  shown.user_id = text_at(rows, row, 5);
  shown.status = text_at(rows, row, 6);
  shown.plan = text_at(rows, row, 7);
  shown.price_ids = split(rows.text(row, 8));
  if (!rows.is_null(row, 9)) shown.quantity = rows.integer(row, 9);
  shown.current_period_start = time_at(rows, row, 10);
  shown.current_period_end = time_at(rows, row, 11);
  shown.cancel_at = time_at(rows, row, 12);
  shown.canceled_at = time_at(rows, row, 13);
  shown.ended_at = time_at(rows, row, 14);
  shown.trial_end = time_at(rows, row, 15);
  shown.paid_through = time_at(rows, row, 16);
  return shown;
}

ShownOrphan orphan_at(const postgres::Rows& rows, std::size_t row) {
  ShownOrphan shown;
  shown.place = place_at(rows, row);
  shown.kind = text_at(rows, row, 4);
  shown.customer_id = text_at(rows, row, 5);
  shown.owner_id = text_at(rows, row, 6);
  shown.status = text_at(rows, row, 7);
  shown.plan = text_at(rows, row, 8);
  shown.event_id = text_at(rows, row, 9);
  shown.conflict = rows.flag(row, 10);
  return shown;
}

ShownDeadLetter letter_at(const postgres::Rows& rows, std::size_t row) {
  ShownDeadLetter shown;
  shown.place.recorded_at = Time{std::chrono::microseconds{rows.integer(row, 0)}};
  shown.place.topic = text_at(rows, row, 1);
  shown.place.position = {static_cast<std::int32_t>(rows.integer(row, 2)), rows.integer(row, 3)};
  shown.event_id = text_at(rows, row, 4);
  shown.type = text_at(rows, row, 5);
  shown.reason = text_at(rows, row, 6);
  shown.body_bytes = rows.integer(row, 7);
  shown.body = text_at(rows, row, 8);
  return shown;
}

template <class Shown, class Read>
std::vector<Shown> shown_in(const postgres::Rows& rows, Read read) {
  std::vector<Shown> shown;
  shown.reserve(rows.size());
  for (std::size_t row = 0; row < rows.size(); ++row) shown.push_back(read(rows, row));
  return shown;
}

ObjectPlace begin_of(const std::optional<ObjectPlace>& after) {
  return after.value_or(ObjectPlace{from_unix_seconds(end_of_time_s), {}});
}

}  // namespace

std::vector<ShownSubscription> select_subscriptions(postgres::Transaction& transaction,
                                                    const ListFilter& filter,
                                                    const std::optional<ObjectPlace>& after,
                                                    std::size_t rows_max) {
  const ObjectPlace begin = begin_of(after);
  const std::int64_t created = to_unix_seconds(begin.created);
  const Key& key = begin.key;
  const auto status = text_or_null(filter.status);
  const auto plan = text_or_null(filter.plan);
  const postgres::Rows rows =
      filter.user_id.empty() ? transaction.run(find_all, created, key.account, key.livemode, key.id,
                                               status, plan, rows_max)
                             : transaction.run(find_of_user, created, key.account, key.livemode,
                                               key.id, status, plan, rows_max, filter.user_id);
  return shown_in<ShownSubscription>(rows, subscription_at);
}

std::vector<ShownOrphan> select_orphans(postgres::Transaction& transaction,
                                        const ListFilter& filter,
                                        const std::optional<ObjectPlace>& after,
                                        std::size_t rows_max) {
  const ObjectPlace begin = begin_of(after);
  const postgres::Rows rows =
      transaction.run(find_orphan_rows, to_unix_seconds(begin.created), begin.key.account,
                      begin.key.livemode, begin.key.id, text_or_null(filter.status),
                      text_or_null(filter.plan), rows_max, text_or_null(filter.user_id));
  return shown_in<ShownOrphan>(rows, orphan_at);
}

std::vector<ShownDeadLetter> select_dead_letters(postgres::Transaction& transaction,
                                                 const std::optional<LetterPlace>& after,
                                                 std::size_t rows_max, std::size_t body_bytes_max) {
  const LetterPlace begin = after.value_or(LetterPlace{from_unix_seconds(end_of_time_s), {}, {}});
  const postgres::Rows rows =
      transaction.run(find_letters, begin.recorded_at.time_since_epoch().count(), begin.topic,
                      begin.position.partition, begin.position.offset, rows_max, body_bytes_max);
  return shown_in<ShownDeadLetter>(rows, letter_at);
}

}  // namespace tollgate::entitlements
