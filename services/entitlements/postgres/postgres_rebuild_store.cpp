// SPDX-License-Identifier: Apache-2.0
#include "entitlements/postgres/postgres_rebuild_store.hpp"

#include <optional>
#include <type_traits>
#include <utility>

#include "entitlements/postgres/postgres_columns.hpp"
#include "entitlements/postgres/postgres_entitlements_store.hpp"
#include "entitlements/postgres/postgres_failure.hpp"

namespace tollgate::entitlements {
namespace {

// Sorting and comparing all rows of a large shop are single statements.
constexpr std::chrono::milliseconds statement_timeout{std::chrono::hours{2}};
// Between two statements a batch is computed. A frozen rebuild must not hold up vacuum for long.
constexpr std::chrono::milliseconds idle_timeout{std::chrono::minutes{1}};

// A statement of hours whose client was killed must not go on: the connection is looked at.
constexpr const char* begin_snapshot = R"(
set transaction isolation level repeatable read;
set local client_connection_check_interval = '10s')";

constexpr postgres::Query try_alone{"rebuild_try_alone", R"(
select pg_try_advisory_xact_lock(hashtextextended(current_schema() || '.rebuild', 0)))"};

// Who holds that lock. The two halves of an advisory lock's number are columns of their own.
constexpr postgres::Query find_holder{"rebuild_find_holder", R"(
select a.pid, 'backend ' || a.pid || ' of ' || coalesce(a.usename, 'nobody') || ' since '
  || coalesce(date_trunc('second', a.backend_start)::text, 'a time not known')
from pg_locks l join pg_stat_activity a using (pid)
where l.locktype = 'advisory' and l.objsubid = 1 and l.granted
  and l.database = (select oid from pg_database where datname = current_database())
  and (l.classid::int8 << 32) | l.objid::int8
    = hashtextextended(current_schema() || '.rebuild', 0))"};

constexpr postgres::Query find_backend{"rebuild_find_backend", "select pg_backend_pid()"};
constexpr postgres::Query end_backend{"rebuild_end_backend",
                                      "select pg_terminate_backend($1::int8::int4)"};

constexpr postgres::Query find_schemas{"rebuild_find_schemas", R"(
select quote_ident(current_schema()), quote_ident(current_schema() || '_rebuild'))"};

constexpr postgres::Query count_facts{"rebuild_count_facts", R"(
select count(*) from events where kind is not null and created is not null and object_id <> '')"};

constexpr postgres::Query count_owner_rows{"rebuild_count_owners", "select count(*) from owners"};

// L is where the tables are, S the shadow. Links are kept as they are: older renderings of events,
// of which the facts hold only the newest, have told some of them.
constexpr const char* make_shadow = R"(
create schema S;
create unlogged table S.stripe_objects (like L.stripe_objects including all);
create unlogged table S.links (like L.links including all);
create unlogged table S.owners (like L.owners including all);
create unlogged table S.claims (like L.claims including all);
create unlogged table S.user_entitlements (like L.user_entitlements including all);
create unlogged table S.entitlements_history (like L.entitlements_history including all);
create unlogged table S.fetches (like L.fetches including all);
insert into S.links select * from L.links;
create view S.true_objects as select * from L.stripe_objects;
create view S.true_owners as select * from L.owners;
create view S.true_users as select * from L.user_entitlements;
set local search_path = S, L;
set local cursor_tuple_fraction = 0.0001;
declare facts no scroll cursor for
  select account, livemode, id, type, extract(epoch from created)::int8, kind, object_id, state,
    previous, customer_id
  from events where kind is not null and created is not null and object_id <> ''
  order by object_id, account, livemode, created, id)";

constexpr const char* declare_owners = R"(
declare shadow_owners no scroll cursor for
  select account, livemode, owner_id from owners)";

// Here everything is read, so tables as a whole: by an index it would be a row at a time.
constexpr const char* compare_tables = R"(
set local enable_seqscan = on;
analyze stripe_objects; analyze owners; analyze user_entitlements;
create unlogged table differing_objects as
select account, livemode, id
from stripe_objects s full join true_objects t using (account, livemode, id)
where (s.kind is not null or t.kind is not null)
  and (s.kind, s.customer_id, s.owner_id, s.state, s.status, s.terminal, s.deleted, s.tie, s.rank,
      s.created, s.status_since, s.since_settled, s.other_status_at, s.payment_failed_at,
      s.event_id, s.thin, s.asked_at, s.pays_for, s.pays_since)
    is distinct from (t.kind, t.customer_id, t.owner_id, t.state, t.status, t.terminal, t.deleted,
      t.tie, t.rank, t.created, t.status_since, t.since_settled, t.other_status_at,
      t.payment_failed_at, t.event_id, t.thin, t.asked_at, t.pays_for, t.pays_since);
create unlogged table differing_owners as
select account, livemode, owner_id as id
from owners s full join true_owners t using (account, livemode, owner_id)
where (s.user_id, coalesce(s.conflict, false))
  is distinct from (t.user_id, coalesce(t.conflict, false));
create unlogged table differing_users as
select user_id
from user_entitlements s full join true_users t using (user_id)
where coalesce((s.document->'stored')::text, '[]')
  <> coalesce((t.document->'stored')::text, '[]'))";

constexpr postgres::Query count_all{"rebuild_count_all", R"(
select (select count(*) from true_objects where kind is not null),
  (select count(*) from differing_objects), (select count(*) from true_owners),
  (select count(*) from differing_owners), (select count(*) from true_users),
  (select count(*) from differing_users))"};

// In the writer's own order, byte by byte.
constexpr postgres::Query find_objects{"rebuild_differing_objects", R"(
select account, livemode, id from differing_objects
order by account collate "C", livemode, id collate "C" limit $1::int8)"};
constexpr postgres::Query find_owners{"rebuild_differing_owners", R"(
select account, livemode, id from differing_owners
order by account collate "C", livemode, id collate "C" limit $1::int8)"};
constexpr postgres::Query find_users{"rebuild_differing_users", R"(
select user_id from differing_users order by user_id collate "C" limit $1::int8)"};

constexpr postgres::Query some_objects{"rebuild_some_objects", R"(
select id from differing_objects order by id limit $1::int8)"};
constexpr postgres::Query some_owners{"rebuild_some_owners", R"(
select id from differing_owners order by id limit $1::int8)"};
constexpr postgres::Query some_users{"rebuild_some_users", R"(
select user_id from differing_users order by user_id limit $1::int8)"};

/// `S.` and `L.` become the names of the schemas.
std::string with_schemas(std::string script, const std::string& live, const std::string& shadow) {
  for (std::size_t at = 0; (at = script.find_first_of("SL", at)) != std::string::npos;) {
    const bool is_name =
        at > 0 && script[at - 1] == ' ' && script.find_first_of(".;,\n", at) == at + 1;
    const std::string& name = script[at] == 'S' ? shadow : live;
    if (is_name) script.replace(at, 1, name);
    at += is_name ? name.size() : 1;
  }
  return script;
}

class PostgresRebuildStore final : public RebuildStore {
 public:
  explicit PostgresRebuildStore(postgres::ConnectionOptions options)
      : connection_(with_patience(std::move(options))) {}

  std::int64_t begin() override {
    if (transaction_) drop();
    return guarded([&] {
      transaction_.emplace(connection_);
      transaction_->run_script(begin_snapshot);
      if (!transaction_->run(try_alone).flag(0, 0)) give_way();
      backend_ = transaction_->run(find_backend).integer(0, 0);
      const postgres::Rows names = transaction_->run(find_schemas);
      transaction_->run_script(
          with_schemas(make_shadow, text_at(names, 0, 0), text_at(names, 0, 1)));
      shadow_ = make_postgres_transaction(*transaction_);
      return transaction_->run(count_facts).integer(0, 0);
    });
  }

  EntitlementsTransaction& shadow() override { return *shadow_; }

  std::vector<EventRow> next_facts(std::size_t max) override {
    return guarded([&] { return events_in(fetch("facts", max)); });
  }

  std::int64_t count_owners() override {
    return guarded([&] {
      transaction_->run_script(declare_owners);
      return transaction_->run(count_owner_rows).integer(0, 0);
    });
  }
  std::vector<Key> next_owners(std::size_t max) override {
    return guarded([&] { return keys_in(fetch("shadow_owners", max)); });
  }

  Comparison compare() override {
    return guarded([&] {
      transaction_->run_script(compare_tables);
      const postgres::Rows counts = transaction_->run(count_all);
      const auto compared = [&](int column, const postgres::Query& some) {
        return Compared{counts.integer(0, column), counts.integer(0, column + 1),
                        texts_in(run(some, examples_max))};
      };
      return Comparison{compared(0, some_objects), compared(2, some_owners),
                        compared(4, some_users)};
    });
  }

  std::vector<Key> differing_objects(std::size_t max) override {
    return guarded([&] { return keys_in(run(find_objects, max)); });
  }
  std::vector<Key> differing_owners(std::size_t max) override {
    return guarded([&] { return keys_in(run(find_owners, max)); });
  }
  std::vector<std::string> differing_users(std::size_t max) override {
    return guarded([&] { return texts_in(run(find_users, max)); });
  }

  void end() override {
    drop();
    backend_ = 0;
  }

 private:
  void drop() {
    shadow_.reset();
    transaction_.reset();
    connection_.discard();
  }

  /// A session whose client was lost may live on for a while, and be our own.
  [[noreturn]] void give_way() {
    const postgres::Rows holder = transaction_->run(find_holder);
    if (holder.empty()) throw StoreAway{"another rebuild is just ending"};
    if (holder.integer(0, 0) != backend_) throw RebuildUnderWay{text_at(holder, 0, 1)};
    transaction_->run(end_backend, backend_);
    throw StoreAway{"the session that was lost is being ended"};
  }

  static postgres::ConnectionOptions with_patience(postgres::ConnectionOptions options) {
    options.statement_timeout = statement_timeout;
    options.idle_in_transaction_timeout = idle_timeout;
    return options;
  }

  postgres::Rows run(const postgres::Query& query, std::size_t max) {
    return transaction_->run(query, static_cast<std::int64_t>(max));
  }

  postgres::Rows fetch(const std::string& cursor, std::size_t max) {
    return transaction_->run_text("fetch " + std::to_string(max) + " from " + cursor);
  }

  template <class Action>
  std::invoke_result_t<Action> guarded(Action action) {
    try {
      return action();
    } catch (const RebuildUnderWay&) {
      throw;
    } catch (const StoreAway&) {
      throw;
    } catch (const std::exception& failure) {
      throw_in_domain_words(failure);
    }
  }

  postgres::Connection connection_;
  std::optional<postgres::Transaction> transaction_;
  std::unique_ptr<EntitlementsTransaction> shadow_;  // Last: it uses the transaction.
  std::int64_t backend_ = 0;  ///< of the snapshot that was taken and not ended; 0: none
};

}  // namespace

std::unique_ptr<RebuildStore> make_postgres_rebuild_store(postgres::ConnectionOptions options) {
  return std::make_unique<PostgresRebuildStore>(std::move(options));
}

}  // namespace tollgate::entitlements
