// SPDX-License-Identifier: Apache-2.0
#include "facts_floor.hpp"

#include <algorithm>
#include <chrono>
#include <ctime>
#include <map>
#include <string>
#include <vector>

#include "entitlements/apply/read_records.hpp"
#include "load_generator/process_usage.hpp"
#include "postgres/transaction.hpp"

namespace tollgate::bench {
namespace {

using entitlements::EventRow;
using entitlements::Key;
using Clock = std::chrono::steady_clock;

constexpr std::size_t batch_records = 1'000;  // as the consumer
// A first batch of half the size, so that batches and shuffled windows do not coincide.
constexpr std::size_t first_batch_records = batch_records / 2;

constexpr postgres::Query insert_events{"floor_insert_events", R"(
insert into events (account, livemode, id, type, api_version, created, kind, object_id,
  customer_id, state, previous, topic, partition, position, outcome)
select account, livemode, id, type, api_version, to_timestamp(created), kind, object_id,
  customer_id, state::jsonb, previous::jsonb, 'floor', 0, position, outcome
from unnest($1::text[], $2::bool[], $3::text[], $4::text[], $5::text[], $6::int8[], $7::text[],
  $8::text[], $9::text[], $10::text[], $11::text[], $12::int8[], $13::text[])
  as sent (account, livemode, id, type, api_version, created, kind, object_id, customer_id, state,
    previous, position, outcome)
on conflict do nothing)"};

constexpr postgres::Query upsert_objects{"floor_upsert_objects", R"(
insert into stripe_objects (account, livemode, id, kind, customer_id, owner_id, state, status,
  terminal, deleted, tie, rank, created, status_since, since_settled, event_id, thin, revision)
select account, livemode, id, kind, customer_id, customer_id, state::jsonb, '', false, false,
  'sole', 0, to_timestamp(created), to_timestamp(created), true, event_id, false, 1
from unnest($1::text[], $2::bool[], $3::text[], $4::text[], $5::text[], $6::text[], $7::int8[],
  $8::text[])
  as sent (account, livemode, id, kind, customer_id, state, created, event_id)
on conflict (account, livemode, id) do update set state = excluded.state,
  created = excluded.created, event_id = excluded.event_id,
  revision = stripe_objects.revision + 1)"};

constexpr postgres::Query find_backend{"floor_find_backend", "select pg_backend_pid()"};

std::int64_t seconds_of(const EventRow& event) {
  return event.created ? to_unix_seconds(*event.created) : 0;
}

class FactsFloor {
 public:
  FactsFloor(postgres::Connection& connection, Upserts upserts)
      : connection_(connection),
        upserts_(upserts),
        backend_(static_cast<pid_t>(connection.run(find_backend).integer(0, 0))) {}

  void store(const std::vector<std::string>& bodies) {
    const std::vector<EventRow> events = rows_of(bodies);
    const std::clock_t client_before = std::clock();  // the process's time on a processor
    const auto begin = Clock::now();
    postgres::Transaction transaction{connection_};
    insert(transaction, events);
    for (const States& states : statements_of(events)) upsert(transaction, states);
    transaction.commit();
    seconds_ += std::chrono::duration<double>(Clock::now() - begin).count();
    client_cpu_s_ += static_cast<double>(std::clock() - client_before) / CLOCKS_PER_SEC;
    events_ += events.size();
    ++batches_;
  }

  [[nodiscard]] boost::json::object report() const {
    return {{"events", events_},
            {"upserts", upserted_},
            {"batches", batches_},
            {"seconds", seconds_},
            {"client_cpu_s", client_cpu_s_},
            {"backend_cpu_s", usage_of(backend_).cpu_s}};
  }

 private:
  /// What the service itself makes of the bodies before it writes.
  std::vector<EventRow> rows_of(const std::vector<std::string>& bodies) {
    std::vector<kafka::Record> records;
    for (const std::string& body : bodies) {
      kafka::Record record;
      record.offset = static_cast<std::int64_t>(records_++);
      record.value = body;
      records.push_back(std::move(record));
    }
    return reader_.read(records).events;
  }

  static void insert(postgres::Transaction& transaction, const std::vector<EventRow>& events) {
    postgres::TextArray accounts, ids, types, api_versions, kinds, object_ids, customer_ids;
    postgres::TextArray states, previous, outcomes;
    postgres::FlagArray livemodes;
    postgres::IntegerArray created, positions;
    for (const EventRow& event : events) {
      accounts.add(event.key.account);
      livemodes.add(event.key.livemode);
      ids.add(event.key.id);
      types.add(event.type);
      api_versions.add_or_null(event.api_version);
      created.add(seconds_of(event));
      kinds.add_or_null(event.kind ? to_string(*event.kind) : std::string_view{});
      object_ids.add_or_null(event.object_id);
      customer_ids.add_or_null(event.customer_id);
      states.add_or_null(event.state);
      previous.add_or_null(event.previous);
      positions.add(event.position.offset);
      outcomes.add(to_string(event.outcome));
    }
    transaction.run(insert_events, accounts, livemodes, ids, types, api_versions, created, kinds,
                    object_ids, customer_ids, states, previous, positions, outcomes);
  }

  using States = std::map<Key, const EventRow*>;

  /// One statement cannot write a row twice, so an object's next event needs another one.
  [[nodiscard]] std::vector<States> statements_of(const std::vector<EventRow>& events) const {
    std::vector<const EventRow*> told;
    for (const EventRow& event : events) {
      if (event.kind) told.push_back(&event);
    }
    std::stable_sort(told.begin(), told.end(), [](const EventRow* a, const EventRow* b) {
      return seconds_of(*a) < seconds_of(*b);
    });
    std::map<Key, std::size_t> times_told;
    std::vector<States> statements;
    for (const EventRow* event : told) {
      const Key object{event->key.account, event->key.livemode, event->object_id};
      const std::size_t number = upserts_ == Upserts::of_events ? times_told[object]++ : 0;
      if (statements.size() == number) statements.emplace_back();
      statements[number][object] = event;
    }
    return statements;
  }

  void upsert(postgres::Transaction& transaction, const States& states) {
    postgres::TextArray accounts, ids, kinds, customer_ids, texts, event_ids;
    postgres::FlagArray livemodes;
    postgres::IntegerArray created;
    for (const auto& [key, event] : states) {
      accounts.add(key.account);
      livemodes.add(key.livemode);
      ids.add(key.id);
      kinds.add(to_string(*event->kind));
      customer_ids.add_or_null(event->customer_id);
      texts.add_or_null(event->state);
      created.add(seconds_of(*event));
      event_ids.add(event->key.id);
    }
    transaction.run(upsert_objects, accounts, livemodes, ids, kinds, customer_ids, texts, created,
                    event_ids);
    upserted_ += states.size();
  }

  postgres::Connection& connection_;
  const Upserts upserts_;
  const pid_t backend_;
  entitlements::RecordReader reader_;
  std::uint64_t records_ = 0, events_ = 0, upserted_ = 0, batches_ = 0;
  double seconds_ = 0, client_cpu_s_ = 0;
};

}  // namespace

boost::json::object store_facts(postgres::Connection& connection, const UserEventsOptions& options,
                                Upserts upserts) {
  UserEvents events{options};
  FactsFloor floor{connection, upserts};
  std::vector<std::string> batch;
  std::size_t wanted = first_batch_records;
  for (auto body = events.next(); !body.empty(); body = events.next()) {
    batch.emplace_back(body);
    if (batch.size() < wanted) continue;
    floor.store(batch);
    batch.clear();
    wanted = batch_records;
  }
  if (!batch.empty()) floor.store(batch);
  return floor.report();
}

}  // namespace tollgate::bench
