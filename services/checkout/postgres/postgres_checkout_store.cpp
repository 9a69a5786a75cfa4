// SPDX-License-Identifier: Apache-2.0
#include "checkout/postgres/postgres_checkout_store.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "checkout/postgres/postgres_attempt_queries.hpp"
#include "checkout/postgres/postgres_customer_queries.hpp"
#include "checkout/postgres/postgres_guarded_pool.hpp"
#include "postgres/transaction.hpp"

namespace tollgate::checkout {
namespace {

namespace asio = boost::asio;
using postgres::Connection;
using postgres::Rows;

constexpr postgres::Query insert_session{"insert_session", R"(
insert into sessions (id, user_id, status) values ($1, $2, 'open') on conflict do nothing)"};
constexpr postgres::Query find_session_rows{"find_sessions", R"(
select id, user_id, status from sessions where id = any($1::text[]))"};
constexpr postgres::Query prune_attempts{"prune_attempts", R"(
delete from attempts where id in (
  select id from attempts where finished_at < to_timestamp($1::int8)
  order by finished_at limit $2::int8))"};
constexpr postgres::Query prune_sessions{"prune_sessions", R"(
delete from sessions where id in (
  select id from sessions where updated_at < to_timestamp($1::int8)
  order by updated_at limit $2::int8))"};

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
  explicit PostgresCheckoutStore(postgres::Pool& pool) : database_(pool) {}

  asio::awaitable<Opened> open_attempt(NewAttempt attempt) override {
    std::optional<Opened> opened;
    const auto work = [&](Connection& connection) {
      for (int look = 0; !opened && look < looks_max; ++look) {
        opened = try_to_open(connection, attempt);
      }
      if (!opened) throw StoreAway{"attempts of this user come and go too quickly"};
    };
    co_await database_.run(work);
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
    co_await database_.run(work);
    co_return stored;
  }

  asio::awaitable<std::optional<Step>> resume_step(std::string attempt_id,
                                                   std::string step) override {
    std::optional<Step> stored;
    const auto work = [&](Connection& connection) {
      Rows rows = connection.run(resume_pending, attempt_id, step);
      if (rows.empty()) rows = connection.run(find_answered, attempt_id, step);
      stored.reset();
      if (!rows.empty()) stored = step_at(rows, 0);
    };
    co_await database_.run(work);
    co_return stored;
  }

  asio::awaitable<void> answer_step(std::string attempt_id, std::string step,
                                    StepAnswer answer) override {
    const auto work = [&](Connection& connection) {
      connection.run(note_answer, attempt_id, step, answer.status, answer.object_id, answer.code,
                     answer.decline_code, answer.message);
    };
    co_await database_.run(work);
  }

  asio::awaitable<void> withdraw_step(std::string attempt_id, std::string step) override {
    const auto work = [&](Connection& connection) {
      postgres::Transaction transaction{connection};
      transaction.run(uncount_call, attempt_id, step);
      transaction.run(forget_uncalled, attempt_id, step);
      transaction.commit();
    };
    co_await database_.run(work);
  }

  asio::awaitable<std::vector<Step>> pending_steps(std::string attempt_id,
                                                   std::chrono::seconds age_max) override {
    std::vector<Step> steps;
    const auto work = [&](Connection& connection) {
      const Rows rows = connection.run(find_pending, attempt_id, age_max.count());
      steps.clear();
      for (std::size_t row = 0; row < rows.size(); ++row) steps.push_back(step_at(rows, row));
    };
    co_await database_.run(work);
    co_return steps;
  }

  asio::awaitable<void> finish_attempt(Attempt attempt) override {
    const auto work = [&](Connection& connection) {
      connection.run(note_end, attempt.id, attempt.outcome, attempt.object_id, attempt.code,
                     attempt.decline_code);
    };
    co_await database_.run(work);
  }

  asio::awaitable<bool> give_up_attempt(Attempt attempt) override {
    bool is_over = false;
    const auto work = [&](Connection& connection) {
      postgres::Transaction transaction{connection};
      is_over =
          transaction.run(lock_open, attempt.id).empty() ||
          transaction.run(note_given_up, attempt.id, attempt.outcome, call_age_s).affected() != 0;
      transaction.commit();
    };
    co_await database_.run(work);
    co_return is_over;
  }

  asio::awaitable<CustomerRow> find_customer(std::string user_id) override {
    CustomerRow found;
    const auto work = [&](Connection& connection) {
      const Rows rows = connection.run(find_customer_row, user_id);
      if (!rows.empty()) found = {text(rows, 0, 0), rows.integer(0, 1)};
    };
    co_await database_.run(work);
    co_return found;
  }

  asio::awaitable<std::string> save_customer(std::string user_id,
                                             std::string customer_id) override {
    std::string counts;
    const auto work = [&](Connection& connection) {
      connection.run(add_made_customer, user_id, customer_id);
      connection.run(fill_made_customer, user_id, customer_id);
      const Rows rows = connection.run(find_customer_row, user_id);
      counts = rows.empty() ? std::string{} : text(rows, 0, 0);
    };
    co_await database_.run(work);
    co_return counts;
  }

  asio::awaitable<void> retire_customer_key(std::string user_id, std::int64_t generation) override {
    const auto work = [&](Connection& connection) {
      connection.run(next_generation, user_id, generation);
    };
    co_await database_.run(work);
  }

  asio::awaitable<void> forget_customer(std::string user_id, std::string customer_id) override {
    const auto work = [&](Connection& connection) {
      connection.run(note_deleted_customer, customer_id);
      connection.run(drop_customer_of_user, user_id, customer_id);
    };
    co_await database_.run(work);
  }

  asio::awaitable<void> save_session(std::string session_id, std::string user_id) override {
    const auto work = [&](Connection& connection) {
      connection.run(insert_session, session_id, user_id);
    };
    co_await database_.run(work);
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
    co_await database_.run(work);
    co_return found;
  }

  asio::awaitable<bool> prune(Time finished_before) override {
    bool was_full = false;
    const auto work = [&](Connection& connection) {
      const std::int64_t before = to_unix_seconds(finished_before);
      constexpr auto batch = static_cast<std::int64_t>(prune_batch);
      const Rows attempts = connection.run(prune_attempts, before, batch);
      const Rows sessions = connection.run(prune_sessions, before, batch);
      was_full = std::max(attempts.affected(), sessions.affected()) >= prune_batch;
    };
    co_await database_.run(work);
    co_return was_full;
  }

 private:
  static constexpr int looks_max = 20;
  static constexpr std::size_t prune_batch = 1'000;
  static constexpr std::int64_t call_age_s = std::chrono::seconds{call_age_max}.count();

  GuardedPool database_;
};

}  // namespace

std::unique_ptr<CheckoutStore> make_postgres_checkout_store(postgres::Pool& pool) {
  return std::make_unique<PostgresCheckoutStore>(pool);
}

}  // namespace tollgate::checkout
