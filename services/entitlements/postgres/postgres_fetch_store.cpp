// SPDX-License-Identifier: Apache-2.0
#include "entitlements/postgres/postgres_fetch_store.hpp"

#include <stdexcept>
#include <utility>

#include "entitlements/postgres/postgres_columns.hpp"
#include "entitlements/postgres/postgres_failure.hpp"

namespace tollgate::entitlements {
namespace {

// Raised again by something later than its answer and than whatever raised it before, a question is
// a new one. Raised again by what its answer should have settled, it waits twice as long each time,
// up to an hour: what Stripe cannot tell must not be asked for ever at full speed, not even by a
// clock that is behind the events. One that Stripe gave no answer to rests until there is news of
// it, and news makes it wait in the same way: with each event of a user his needs are new.
constexpr postgres::Query raise_rows{"raise_questions", R"(
insert into fetches as known (account, livemode, object_id, part, kind, reason, about, due_at)
select account, livemode, object_id, part, kind, reason, to_timestamp(about), to_timestamp(due)
from unnest($1::text[], $2::bool[], $3::text[], $4::text[], $5::text[], $6::text[], $7::int8[],
  $8::int8[]) as sent (account, livemode, object_id, part, kind, reason, about, due)
on conflict (account, livemode, object_id, part) do update set
  kind = excluded.kind, reason = excluded.reason, about = greatest(known.about, excluded.about),
  asked = known.asked + 1, raised_at = now(),
  (state, attempts, rounds, due_at) = (
    select case when rests then known.state else 'waiting' end,
      case when rests then known.attempts else 0 end,
      case when rests then known.rounds when afresh then 0 else least(known.rounds + 1, 12) end,
      case when rests then known.due_at when afresh then excluded.due_at
        else greatest(excluded.due_at, ended
          + least(interval '1 second' * (1 << least(known.rounds, 12)), interval '1 hour')) end
    from (
      select known.state = 'waiting' or (known.state <> 'answered' and not news) as rests,
        known.state = 'answered' and news as afresh,
        case when known.state = 'answered' then to_timestamp($9::int8)
          else known.ended_at end as ended
      from (
        select excluded.about > greatest(known.about, known.answered_as_of) as news) as told)
      as again))"};

// In the order sent, which is sorted. Only what waits can be withdrawn; if another writer holds it,
// he is waited for, so that the next statement sees what became of it. The rows are looked up one
// by one and by the whole key alone (`limit` sees to it): the index of what waits would have all of
// it read for each.
constexpr postgres::Query lock_settled_rows{"lock_settled_questions", R"(
select f.object_id
from unnest($1::text[], $2::bool[], $3::text[]) as settled (account, livemode, object_id)
cross join lateral (
  select object_id, state from fetches known
  where known.account = settled.account and known.livemode = settled.livemode
    and known.object_id = settled.object_id and known.part = 'object'
  limit 1 for update) as f
where f.state = 'waiting')"};

constexpr postgres::Query withdraw_rows{"withdraw_questions", R"(
delete from fetches where ctid = any (array(
  select known.place
  from unnest($1::text[], $2::bool[], $3::text[]) as settled (account, livemode, object_id)
  cross join lateral (
    select f.ctid as place, f.state, f.reason from fetches f
    where f.account = settled.account and f.livemode = settled.livemode
      and f.object_id = settled.object_id and f.part = 'object'
    limit 1) as known
  where known.state = 'waiting' and known.reason in ('tie', 'thin', 'link'))))"};

constexpr postgres::Query claim_rows{"claim_fetches", R"(
update fetches set leased_until = to_timestamp($3::int8), attempts = attempts + 1
from (
  select account, livemode, object_id, part from fetches
  where livemode = $1 and state = 'waiting' and due_at <= to_timestamp($2::int8)
    and (leased_until is null or leased_until <= to_timestamp($2::int8))
  order by due_at limit $4 for update skip locked) as due
where fetches.account = due.account and fetches.livemode = due.livemode
  and fetches.object_id = due.object_id and fetches.part = due.part
returning fetches.account, fetches.livemode, fetches.object_id, fetches.kind, fetches.part,
  fetches.asked, fetches.attempts, extract(epoch from fetches.about)::int8)"};

// What was raised meanwhile may be what this very answer did not settle.
constexpr postgres::Query answer_row{"note_answered", R"(
update fetches set leased_until = null, fault = null,
  answered_as_of = to_timestamp($5::int8), ended_at = to_timestamp($6::int8),
  state = case when asked = $8 then 'answered' else state end,
  rounds = case when asked = $8 then rounds
    when about > to_timestamp(greatest($5::int8, $9::int8)) then 0
    else least(rounds + 1, 12) end,
  due_at = case when asked = $8 then due_at
    when about > to_timestamp(greatest($5::int8, $9::int8))
      then greatest(due_at, to_timestamp($7::int8))
    else greatest(due_at, to_timestamp($7::int8), to_timestamp($6::int8)
      + least(interval '1 second' * (1 << least(rounds, 12)), interval '1 hour')) end
where account = $1 and livemode = $2 and object_id = $3 and part = $4)"};

constexpr postgres::Query give_back_row{"give_back_fetch", R"(
update fetches set leased_until = null, attempts = greatest(attempts - 1, 0)
where account = $1 and livemode = $2 and object_id = $3 and part = $4)"};

constexpr postgres::Query postpone_row{"postpone_fetch", R"(
update fetches set leased_until = null, due_at = to_timestamp($5::int8), fault = $6
where account = $1 and livemode = $2 and object_id = $3 and part = $4)"};

constexpr postgres::Query give_up_row{"give_up_fetch", R"(
update fetches set leased_until = null, state = $5, fault = $6, ended_at = to_timestamp($7::int8)
where account = $1 and livemode = $2 and object_id = $3 and part = $4 and asked = $8)"};

constexpr postgres::Query prune_rows{"prune_fetches", R"(
delete from fetches
where (state = 'answered' and ended_at < to_timestamp($1::int8))
  or (state in ('not_found', 'refused') and ended_at < to_timestamp($2::int8)))"};

// Given up and raised again by news it stays among the unanswerable until it is asked: `fault` is
// still that of giving up. Each part has an index of its own; what was answered is not read.
constexpr postgres::Query count_rows{"count_fetches", R"(
select waiting.asked, waiting.given_up_before + given_up.asked,
  coalesce(extract(epoch from to_timestamp($2::int8) - waiting.due_since), 0)::int8
from (
  select count(*) as asked, min(due_at) as due_since,
    count(*) filter (where attempts = 0 and fault is not null) as given_up_before
  from fetches where livemode = $1 and state = 'waiting') as waiting,
(
  select count(*) as asked
  from fetches where livemode = $1 and state in ('not_found', 'refused')
    and state <> 'waiting') as given_up)"};

class PostgresFetchStore final : public FetchStore {
 public:
  explicit PostgresFetchStore(postgres::ConnectionOptions options)
      : connection_(std::move(options)) {}

  std::vector<Fetch> claim(bool livemode, Time now, Time lease_end,
                           std::size_t fetches_max) override {
    const postgres::Rows rows =
        run(claim_rows, livemode, to_unix_seconds(now), to_unix_seconds(lease_end), fetches_max);
    std::vector<Fetch> fetches;
    for (std::size_t row = 0; row < rows.size(); ++row) {
      const auto kind = stripe::parse_object_kind(rows.text(row, 3));
      const auto part = parse_fetch_part(rows.text(row, 4));
      if (!kind || !part) throw std::runtime_error("a row of fetches is not of this program");
      fetches.push_back({key_at(rows, row, 0), *kind, *part, rows.integer(row, 5),
                         rows.integer(row, 6), from_unix_seconds(rows.integer(row, 7))});
    }
    return fetches;
  }

  void note_answered(const Fetch& fetch, Time as_of, Time now, Time again_at) override {
    const Key& key = fetch.object;
    run(answer_row, key.account, key.livemode, key.id, to_string(fetch.part),
        to_unix_seconds(as_of), to_unix_seconds(now), to_unix_seconds(again_at), fetch.asked,
        to_unix_seconds(fetch.about));
  }

  void give_back(const Fetch& fetch) override {
    const Key& key = fetch.object;
    run(give_back_row, key.account, key.livemode, key.id, to_string(fetch.part));
  }

  void postpone(const Fetch& fetch, Time due, const std::string& fault) override {
    const Key& key = fetch.object;
    run(postpone_row, key.account, key.livemode, key.id, to_string(fetch.part),
        to_unix_seconds(due), fault);
  }

  void give_up(const Fetch& fetch, const std::string& state, const std::string& fault,
               Time now) override {
    const Key& key = fetch.object;
    run(give_up_row, key.account, key.livemode, key.id, to_string(fetch.part), state, fault,
        to_unix_seconds(now), fetch.asked);
  }

  void prune(Time answered_before, Time given_up_before) override {
    run(prune_rows, to_unix_seconds(answered_before), to_unix_seconds(given_up_before));
  }

  FetchCounts count(bool livemode, Time now) override {
    const postgres::Rows rows = run(count_rows, livemode, to_unix_seconds(now));
    return {rows.integer(0, 0), rows.integer(0, 1), static_cast<double>(rows.integer(0, 2))};
  }

 private:
  template <class... Args>
  postgres::Rows run(const postgres::Query& query, const Args&... args) {
    return guarded(connection_, [&] { return connection_.run(query, args...); });
  }

  postgres::Connection connection_;
};

}  // namespace

void raise_questions(postgres::Transaction& transaction, std::span<const Question> questions,
                     Time now) {
  KeyColumns objects;
  postgres::TextArray parts, kinds, reasons;
  postgres::IntegerArray about, due;
  for (const Question& question : questions) {
    objects.add(question.object);
    parts.add(to_string(question.part));
    kinds.add(to_string(question.kind));
    reasons.add(to_string(question.reason));
    about.add(to_unix_seconds(question.about));
    due.add(to_unix_seconds(question.due));
  }
  transaction.run(raise_rows, objects.accounts, objects.livemodes, objects.ids, parts, kinds,
                  reasons, about, due, to_unix_seconds(now));
}

void withdraw_questions(postgres::Transaction& transaction, std::span<const Key> objects) {
  const KeyColumns settled{objects};
  transaction.run(lock_settled_rows, settled.accounts, settled.livemodes, settled.ids);
  transaction.run(withdraw_rows, settled.accounts, settled.livemodes, settled.ids);
}

std::unique_ptr<FetchStore> make_postgres_fetch_store(postgres::ConnectionOptions options) {
  return std::make_unique<PostgresFetchStore>(std::move(options));
}

}  // namespace tollgate::entitlements
