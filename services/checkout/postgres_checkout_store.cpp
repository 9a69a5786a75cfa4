// SPDX-License-Identifier: Apache-2.0
#include "checkout/postgres_checkout_store.hpp"

#include <map>
#include <utility>

#include "postgres/fault.hpp"
#include "postgres/transaction.hpp"

namespace tollgate::checkout {
namespace {

namespace asio = boost::asio;
using postgres::Connection;
using postgres::Rows;

constexpr auto by_client_key_sql = postgres::joined(
    "select id, user_id, request_hash, extract(epoch from created_at)::int8, ",
    "finished_at is not null, outcome, object_id, code, decline_code from attempts ",
    "where user_id = $1 and client_key = $2");
constexpr auto open_of_user_sql = postgres::joined(
    "select id, user_id, request_hash, extract(epoch from created_at)::int8, ",
    "finished_at is not null, outcome, object_id, code, decline_code from attempts ",
    "where user_id = $1 and finished_at is null");

// A client's key is kept for a day; what comes later under it is another request.
constexpr postgres::Query forget_old_key{"forget_old_client_key", R"(
update attempts set client_key = null
where user_id = $1 and client_key = $2 and created_at < now() - interval '24 hours'
  and finished_at is not null)"};
constexpr postgres::Query find_by_client_key{"find_attempt_by_client_key",
                                             by_client_key_sql.data()};
constexpr postgres::Query find_open{"find_open_attempt", open_of_user_sql.data()};
constexpr postgres::Query insert_attempt{"insert_attempt", R"(
insert into attempts (id, user_id, request_hash, client_key)
values ($1, $2, $3, nullif($4, '')) on conflict do nothing)"};
// Whoever comes back with the key must find this one, also when another request began it.
constexpr postgres::Query add_client_key{"add_client_key", R"(
update attempts set client_key = $2 where id = $1 and client_key is null and not exists (
  select from attempts as other
  where other.user_id = attempts.user_id and other.client_key = $2))"};

// The lock keeps finishing and beginning apart: no step comes behind the end.
constexpr postgres::Query insert_step{"insert_step", R"(
insert into attempt_steps (attempt_id, step, path, body)
select id, $2, $3, $4 from attempts where id = $1 and finished_at is null for share
on conflict do nothing)"};
constexpr postgres::Query find_step{"find_step", R"(
select step, path, body, coalesce(status, 0), object_id, code, decline_code, message
from attempt_steps where attempt_id = $1 and step = $2
  and exists (select from attempts where id = $1 and finished_at is null))"};
constexpr postgres::Query find_pending{"find_pending_steps", R"(
select step, path, body, coalesce(status, 0), object_id, code, decline_code, message
from attempt_steps where attempt_id = $1 and status is null order by begun_at, step)"};
constexpr postgres::Query note_answer{"note_step_answer", R"(
update attempt_steps set status = $3, object_id = nullif($4, ''), code = nullif($5, ''),
  decline_code = nullif($6, ''), message = nullif($7, ''), answered_at = now()
where attempt_id = $1 and step = $2 and status is null)"};
constexpr postgres::Query note_end{"finish_attempt", R"(
update attempts set outcome = $2, object_id = nullif($3, ''), code = nullif($4, ''),
  decline_code = nullif($5, ''), finished_at = now(),
  client_key = case when $2 in ('done', 'declined') then client_key end
where id = $1 and finished_at is null)"};

constexpr postgres::Query find_customer_row{"find_customer", R"(
select coalesce(customer_id, ''), generation from customers where user_id = $1)"};
constexpr postgres::Query insert_customer{"insert_customer", R"(
insert into customers as known (user_id, customer_id) values ($1, $2)
on conflict (user_id) do update
  set customer_id = coalesce(known.customer_id, excluded.customer_id)
returning customer_id)"};

constexpr postgres::Query next_generation{"retire_customer_key", R"(
insert into customers as known (user_id, generation) values ($1, $2 + 1)
on conflict (user_id) do update set generation = greatest(known.generation, excluded.generation)
where known.customer_id is null)"};

constexpr postgres::Query insert_session{"insert_session", R"(
insert into sessions (id, user_id, status) values ($1, $2, 'open') on conflict do nothing)"};
constexpr postgres::Query find_session_rows{"find_sessions", R"(
select id, user_id, status from sessions where id = any($1::text[]))"};
constexpr postgres::Query prune_attempts{"prune_attempts", R"(
delete from attempts where id in (
  select id from attempts where finished_at < to_timestamp($1::int8)
  order by finished_at limit 1000))"};
constexpr postgres::Query prune_sessions{"prune_sessions", R"(
delete from sessions where id in (
  select id from sessions where updated_at < to_timestamp($1::int8)
  order by updated_at limit 1000))"};

std::string text(const Rows& rows, std::size_t row, int column) {
  return std::string{rows.text(row, column)};
}

Attempt attempt_at(const Rows& rows, std::size_t row) {
  return {.id = text(rows, row, 0),
          .user_id = text(rows, row, 1),
          .request = text(rows, row, 2),
          .created = from_unix_seconds(rows.integer(row, 3)),
          .finished = rows.flag(row, 4),
          .outcome = text(rows, row, 5),
          .object_id = text(rows, row, 6),
          .code = text(rows, row, 7),
          .decline_code = text(rows, row, 8)};
}

Step step_at(const Rows& rows, std::size_t row) {
  Step step{text(rows, row, 0), text(rows, row, 1), text(rows, row, 2), {}};
  const auto status = static_cast<unsigned>(rows.integer(row, 3));
  if (status != 0) {
    step.answer = StepAnswer{status, text(rows, row, 4), text(rows, row, 5), text(rows, row, 6),
                             text(rows, row, 7)};
  }
  return step;
}

std::optional<Opened> known_by_key(postgres::Transaction& transaction, const NewAttempt& wanted) {
  if (wanted.client_key.empty()) return std::nullopt;
  transaction.run(forget_old_key, wanted.user_id, wanted.client_key);
  const Rows rows = transaction.run(find_by_client_key, wanted.user_id, wanted.client_key);
  if (rows.empty()) return std::nullopt;
  Attempt attempt = attempt_at(rows, 0);
  Opening how = Opening::joined;
  if (attempt.request != wanted.request) {
    how = Opening::reused;
  } else if (attempt.finished) {
    how = Opening::finished;
  }
  return Opened{how, std::move(attempt)};
}

/// Nothing: another process finished or began one between two statements; look again.
std::optional<Opened> try_to_open(Connection& connection, const NewAttempt& wanted) {
  postgres::Transaction transaction{connection};
  std::optional<Opened> opened = known_by_key(transaction, wanted);
  if (!opened) {
    const Rows made = transaction.run(insert_attempt, wanted.id, wanted.user_id, wanted.request,
                                      wanted.client_key);
    const Rows rows = transaction.run(find_open, wanted.user_id);
    if (rows.empty()) return std::nullopt;
    Attempt attempt = attempt_at(rows, 0);
    Opening how = Opening::opened;
    if (made.affected() == 0) {
      how = attempt.request == wanted.request ? Opening::joined : Opening::other;
    }
    if (how == Opening::joined && !wanted.client_key.empty()) {
      transaction.run(add_client_key, attempt.id, wanted.client_key);
    }
    opened = Opened{how, std::move(attempt)};
  }
  transaction.commit();
  return opened;
}

class PostgresCheckoutStore final : public CheckoutStore {
 public:
  explicit PostgresCheckoutStore(postgres::Pool& pool) : pool_(pool) {}

  asio::awaitable<Opened> open_attempt(NewAttempt attempt) override {
    std::optional<Opened> opened;
    const auto work = [&](Connection& connection) {
      for (int look = 0; !opened && look < looks_max; ++look) {
        opened = try_to_open(connection, attempt);
      }
      if (!opened) throw std::runtime_error("attempts of this user come and go too quickly");
    };
    co_await run(work);
    co_return *std::move(opened);
  }

  asio::awaitable<std::optional<Step>> begin_step(std::string attempt_id, Step step) override {
    std::optional<Step> stored;
    const auto work = [&](Connection& connection) {
      connection.run(insert_step, attempt_id, step.name, step.path, step.body);
      const Rows rows = connection.run(find_step, attempt_id, step.name);
      stored.reset();
      if (!rows.empty()) stored = step_at(rows, 0);
    };
    co_await run(work);
    co_return stored;
  }

  asio::awaitable<void> answer_step(std::string attempt_id, std::string step,
                                    StepAnswer answer) override {
    const auto work = [&](Connection& connection) {
      connection.run(note_answer, attempt_id, step, answer.status, answer.object_id, answer.code,
                     answer.decline_code, answer.message);
    };
    co_await run(work);
  }

  asio::awaitable<std::vector<Step>> pending_steps(std::string attempt_id) override {
    std::vector<Step> steps;
    const auto work = [&](Connection& connection) {
      const Rows rows = connection.run(find_pending, attempt_id);
      steps.clear();
      for (std::size_t row = 0; row < rows.size(); ++row) steps.push_back(step_at(rows, row));
    };
    co_await run(work);
    co_return steps;
  }

  asio::awaitable<void> finish_attempt(Attempt attempt) override {
    const auto work = [&](Connection& connection) {
      connection.run(note_end, attempt.id, attempt.outcome, attempt.object_id, attempt.code,
                     attempt.decline_code);
    };
    co_await run(work);
  }

  asio::awaitable<CustomerRow> find_customer(std::string user_id) override {
    CustomerRow found;
    const auto work = [&](Connection& connection) {
      const Rows rows = connection.run(find_customer_row, user_id);
      if (!rows.empty()) found = {text(rows, 0, 0), rows.integer(0, 1)};
    };
    co_await run(work);
    co_return found;
  }

  asio::awaitable<std::string> save_customer(std::string user_id,
                                             std::string customer_id) override {
    std::string counts;
    const auto work = [&](Connection& connection) {
      counts = text(connection.run(insert_customer, user_id, customer_id), 0, 0);
    };
    co_await run(work);
    co_return counts;
  }

  asio::awaitable<void> retire_customer_key(std::string user_id, std::int64_t generation) override {
    const auto work = [&](Connection& connection) {
      connection.run(next_generation, user_id, generation);
    };
    co_await run(work);
  }

  asio::awaitable<void> save_session(std::string session_id, std::string user_id) override {
    const auto work = [&](Connection& connection) {
      connection.run(insert_session, session_id, user_id);
    };
    co_await run(work);
  }

  asio::awaitable<std::vector<std::optional<SessionRow>>> find_sessions(
      std::vector<std::string> ids) override {
    std::vector<std::optional<SessionRow>> found;
    const auto work = [&](Connection& connection) {
      postgres::TextArray wanted;
      for (const std::string& id : ids) wanted.add(id);
      const Rows rows = connection.run(find_session_rows, wanted);
      std::map<std::string_view, SessionRow> by_id;
      for (std::size_t row = 0; row < rows.size(); ++row) {
        by_id[rows.text(row, 0)] = {text(rows, row, 1), text(rows, row, 2)};
      }
      found.assign(ids.size(), std::nullopt);
      for (std::size_t i = 0; i < ids.size(); ++i) {
        if (const auto at = by_id.find(ids[i]); at != by_id.end()) found[i] = at->second;
      }
    };
    co_await run(work);
    co_return found;
  }

  asio::awaitable<void> prune(Time finished_before) override {
    const auto work = [&](Connection& connection) {
      connection.run(prune_attempts, to_unix_seconds(finished_before));
      connection.run(prune_sessions, to_unix_seconds(finished_before));
    };
    co_await run(work);
  }

 private:
  static constexpr int looks_max = 20;

  /// `work` lives in the caller's frame.
  template <class Work>
  asio::awaitable<void> run(const Work& work) {
    std::string fault;
    postgres::Pool::Work shared = [&work](Connection& connection) { work(connection); };
    try {
      co_await pool_.run(std::move(shared));
    } catch (const std::exception& failure) {
      fault = postgres::reason_of(failure);
    }
    if (!fault.empty()) throw StoreAway{fault};
  }

  postgres::Pool& pool_;
};

}  // namespace

std::unique_ptr<CheckoutStore> make_postgres_checkout_store(postgres::Pool& pool) {
  return std::make_unique<PostgresCheckoutStore>(pool);
}

}  // namespace tollgate::checkout
