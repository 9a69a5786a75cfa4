// SPDX-License-Identifier: Apache-2.0
// The statements about attempts and their steps, of postgres_checkout_store.cpp alone. Those about
// sessions stand in that file itself, those about customers in postgres_customer_queries.hpp.
#pragma once

#include "postgres/connection.hpp"

namespace tollgate::checkout {

inline constexpr auto by_client_key_sql = postgres::joined(
    "select id, user_id, request_hash, extract(epoch from created_at)::int8, ",
    "finished_at is not null, outcome, object_id, code, decline_code from attempts ",
    "where user_id = $1 and client_key = $2");
inline constexpr auto open_of_user_sql = postgres::joined(
    "select id, user_id, request_hash, extract(epoch from created_at)::int8, ",
    "finished_at is not null, outcome, object_id, code, decline_code from attempts ",
    "where user_id = $1 and finished_at is null");

// A client's key is kept for a day; what comes later under it is another request.
inline constexpr postgres::Query forget_old_key{"forget_old_client_key", R"(
update attempts set client_key = null
where user_id = $1 and client_key = $2 and created_at < now() - interval '24 hours'
  and finished_at is not null)"};
inline constexpr postgres::Query find_by_client_key{"find_attempt_by_client_key",
                                                    by_client_key_sql.data()};
inline constexpr postgres::Query find_open{"find_open_attempt", open_of_user_sql.data()};
inline constexpr postgres::Query insert_attempt{"insert_attempt", R"(
insert into attempts (id, user_id, request_hash, client_key)
values ($1, $2, $3, nullif($4, '')) on conflict do nothing)"};
// Whoever comes back with the key must find this one, also when another request began it; not one
// that was given up meanwhile, which gave its key back.
inline constexpr postgres::Query add_client_key{"add_client_key", R"(
update attempts set client_key = $2
where id = $1 and client_key is null and finished_at is null and not exists (
  select from attempts as other
  where other.user_id = attempts.user_id and other.client_key = $2))"};

// The lock keeps finishing and beginning apart: no step comes behind the end.
inline constexpr postgres::Query insert_step{"insert_step", R"(
insert into attempt_steps (attempt_id, step, path, body)
select id, $2, $3, $4 from attempts where id = $1 and finished_at is null for share
on conflict (attempt_id, step) do update
  set begun_at = now(), calls = attempt_steps.calls + 1 where attempt_steps.status is null)"};
// Its count keeps the row, so only what it returns may be sent: what another process begins anew a
// moment later is that one's.
inline constexpr postgres::Query resume_pending{"resume_step", R"(
with open_attempt as (
  select id from attempts where id = $1 and finished_at is null for share)
update attempt_steps set begun_at = now(), calls = calls + 1
from open_attempt where attempt_id = open_attempt.id and step = $2 and status is null
returning step, path, body, 0, object_id, code, decline_code, message)"};
inline constexpr postgres::Query find_answered{"find_answered_step", R"(
select step, path, body, status, object_id, code, decline_code, message
from attempt_steps where attempt_id = $1 and step = $2 and status is not null
  and exists (select from attempts where id = $1 and finished_at is null))"};
// Two statements: the second one sees what those did for whose lock the first one has waited.
inline constexpr postgres::Query uncount_call{"uncount_step_call", R"(
update attempt_steps set calls = calls - 1
where attempt_id = $1 and step = $2 and status is null)"};
inline constexpr postgres::Query forget_uncalled{"forget_uncalled_step", R"(
delete from attempt_steps
where attempt_id = $1 and step = $2 and status is null and calls <= 0)"};
inline constexpr postgres::Query find_step{"find_step", R"(
select step, path, body, coalesce(status, 0), object_id, code, decline_code, message
from attempt_steps where attempt_id = $1 and step = $2
  and exists (select from attempts where id = $1 and finished_at is null))"};
inline constexpr postgres::Query find_pending{"find_pending_steps", R"(
select step, path, body, coalesce(status, 0), object_id, code, decline_code, message
from attempt_steps where attempt_id = $1 and status is null
  and begun_at > now() - $2::int8 * interval '1 second' order by begun_at, step)"};
inline constexpr postgres::Query note_answer{"note_step_answer", R"(
update attempt_steps set status = $3, object_id = nullif($4, ''), code = nullif($5, ''),
  decline_code = nullif($6, ''), message = nullif($7, ''), answered_at = now()
where attempt_id = $1 and step = $2 and status is null)"};
inline constexpr postgres::Query note_end{"finish_attempt", R"(
update attempts set outcome = $2, object_id = nullif($3, ''), code = nullif($4, ''),
  decline_code = nullif($5, ''), finished_at = now(),
  client_key = case when $2 in ('done', 'declined') then client_key end
where id = $1 and finished_at is null)"};
// Two statements: the second one sees the step whose beginning the first one has waited for.
inline constexpr postgres::Query lock_open{"lock_open_attempt", R"(
select id from attempts where id = $1 and finished_at is null for update)"};
inline constexpr postgres::Query note_given_up{"give_up_attempt", R"(
update attempts set outcome = $2, finished_at = now(), client_key = null
where id = $1 and not exists (
  select from attempt_steps where attempt_id = $1 and status is null
    and begun_at > now() - $3::int8 * interval '1 second'))"};

}  // namespace tollgate::checkout
