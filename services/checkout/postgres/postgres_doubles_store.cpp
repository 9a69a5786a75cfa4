// SPDX-License-Identifier: Apache-2.0
#include "checkout/postgres/postgres_doubles_store.hpp"

#include <utility>

#include "checkout/postgres/postgres_guarded_pool.hpp"

namespace tollgate::checkout {
namespace {

namespace asio = boost::asio;
using postgres::Connection;
using postgres::Rows;

// Longer than a look takes; a process that died in between is taken over from.
constexpr postgres::Query claim_due{"claim_double_checks", R"(
update double_checks set attempts = attempts + 1,
  due_at = now() + least(interval '1 hour', interval '30 seconds' * power(2, least(attempts, 10)))
where user_id in (
  select user_id from double_checks where due_at <= now()
  order by due_at limit 20 for update skip locked)
returning user_id, customer_id, due_at::text)"};
constexpr postgres::Query forget_check{"finish_double_check", R"(
delete from double_checks where user_id = $1 and due_at = $2::timestamptz)"};
constexpr postgres::Query insert_double{"insert_double_purchase", R"(
insert into double_purchases (subscription_id, user_id, kept_subscription_id, state)
values ($1, $2, $3, $4) on conflict do nothing)"};
constexpr postgres::Query claim_unsettled_query{"claim_unsettled_doubles", R"(
update double_purchases set attempts = attempts + 1,
  due_at = now() + least(interval '6 hours', interval '30 seconds' * power(2, least(attempts, 10)))
where subscription_id in (
  select subscription_id from double_purchases where state = 'unsettled' and due_at <= now()
  order by due_at limit 20 for update skip locked)
returning subscription_id, user_id, kept_subscription_id)"};
constexpr postgres::Query mark_settled{"settle_double_purchase", R"(
update double_purchases set state = $2, settled_at = now() where subscription_id = $1)"};

std::string state_of(DoubleEnd end) {
  switch (end) {
    case DoubleEnd::refunded: return "refunded";
    case DoubleEnd::reported: return "reported";
    case DoubleEnd::obsolete: break;
  }
  return "obsolete";
}

std::string text(const Rows& rows, std::size_t row, int column) {
  return std::string{rows.text(row, column)};
}

class PostgresDoublesStore final : public DoublesStore {
 public:
  explicit PostgresDoublesStore(postgres::Pool& pool) : database_(pool) {}

  asio::awaitable<std::vector<DoubleCheck>> claim_checks() override {
    std::vector<DoubleCheck> claimed;
    const auto work = [&](Connection& connection) {
      const Rows rows = connection.run(claim_due);
      claimed.clear();
      for (std::size_t row = 0; row < rows.size(); ++row) {
        claimed.push_back({text(rows, row, 0), text(rows, row, 1), text(rows, row, 2)});
      }
    };
    co_await database_.run(work);
    co_return claimed;
  }

  asio::awaitable<void> finish_check(DoubleCheck check) override {
    const auto work = [&](Connection& connection) {
      connection.run(forget_check, check.user_id, check.claim);
    };
    co_await database_.run(work);
  }

  asio::awaitable<bool> note(DoublePurchase found, DoublesPolicy policy) override {
    bool is_new = false;
    const std::string state = policy == DoublesPolicy::refund ? "unsettled" : "reported";
    const auto work = [&](Connection& connection) {
      const Rows made =
          connection.run(insert_double, found.subscription, found.user_id, found.kept, state);
      is_new = made.affected() != 0;
    };
    co_await database_.run(work);
    co_return is_new;
  }

  asio::awaitable<std::vector<DoublePurchase>> claim_unsettled() override {
    std::vector<DoublePurchase> found;
    const auto work = [&](Connection& connection) {
      const Rows rows = connection.run(claim_unsettled_query);
      found.clear();
      for (std::size_t row = 0; row < rows.size(); ++row) {
        found.push_back({text(rows, row, 0), text(rows, row, 1), text(rows, row, 2)});
      }
    };
    co_await database_.run(work);
    co_return found;
  }

  asio::awaitable<void> settle(std::string subscription, DoubleEnd end) override {
    const std::string state = state_of(end);
    const auto work = [&](Connection& connection) {
      connection.run(mark_settled, subscription, state);
    };
    co_await database_.run(work);
  }

 private:
  GuardedPool database_;
};

}  // namespace

std::unique_ptr<DoublesStore> make_postgres_doubles_store(postgres::Pool& pool) {
  return std::make_unique<PostgresDoublesStore>(pool);
}

}  // namespace tollgate::checkout
