// SPDX-License-Identifier: Apache-2.0
// The statements about whose customer is whose: those of requests (postgres_checkout_store.cpp) and
// those of events (postgres_events_store.cpp), which meet in the same rows.
//
// `on conflict (user_id)` would fail where one customer comes in by a request and by its event at
// the same moment: it looks at one of the two unique indexes. So both add a row, whatever stands in
// the way, and then fill the one that is there.
#pragma once

#include "postgres/connection.hpp"

namespace tollgate::checkout {

inline constexpr postgres::Query find_customer_row{"find_customer", R"(
select coalesce(customer_id, ''), generation from customers where user_id = $1)"};

inline constexpr postgres::Query add_made_customer{"add_made_customer", R"(
insert into customers (user_id, customer_id)
select $1, $2 where not exists (select from deleted_customers where customer_id = $2)
on conflict do nothing)"};
inline constexpr postgres::Query fill_made_customer{"fill_made_customer", R"(
update customers set customer_id = $2 where user_id = $1 and customer_id is null
  and not exists (select from customers where customer_id = $2)
  and not exists (select from deleted_customers where customer_id = $2))"};

inline constexpr postgres::Query next_generation{"retire_customer_key", R"(
insert into customers as known (user_id, generation) values ($1, $2 + 1)
on conflict (user_id) do update set generation = greatest(known.generation, excluded.generation)
where known.customer_id is null)"};

// It is another user's now. The one it was taken from gets a new one, under another key.
inline constexpr postgres::Query take_customer{"take_customer", R"(
update customers set customer_id = null, generation = generation + 1,
  told_at = to_timestamp($3::int8)
where customer_id = $2 and user_id <> $1
  and coalesce(told_at, '-infinity') <= to_timestamp($3::int8))"};
inline constexpr postgres::Query add_told_customer{"add_told_customer", R"(
insert into customers (user_id, customer_id, told_at)
select $1, $2, to_timestamp($3::int8)
where not exists (select from deleted_customers where customer_id = $2)
on conflict do nothing)"};
inline constexpr postgres::Query fill_told_customer{"fill_told_customer", R"(
update customers set customer_id = $2, told_at = to_timestamp($3::int8)
where user_id = $1 and (customer_id is null or customer_id = $2)
  and coalesce(told_at, '-infinity') <= to_timestamp($3::int8)
  and not exists (select from customers where customer_id = $2 and user_id <> $1)
  and not exists (select from deleted_customers where customer_id = $2))"};

// What events told of it before its end may come late, and must not bring it back.
inline constexpr postgres::Query note_deleted_customer{"note_deleted_customer", R"(
insert into deleted_customers (customer_id) values ($1) on conflict do nothing)"};
// The next one is made under another key: the old one would give the deleted customer again.
inline constexpr postgres::Query drop_customer{"drop_customer", R"(
update customers set customer_id = null, generation = generation + 1 where customer_id = $1)"};
inline constexpr postgres::Query drop_customer_of_user{"drop_customer_of_user", R"(
update customers set customer_id = null, generation = generation + 1
where user_id = $1 and customer_id = $2)"};

}  // namespace tollgate::checkout
