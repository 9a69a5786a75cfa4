// SPDX-License-Identifier: Apache-2.0
#include "checkout/postgres/postgres_events_store.hpp"

#include <stdexcept>
#include <utility>

#include "checkout/postgres/postgres_customer_queries.hpp"
#include "checkout/postgres/postgres_guarded_pool.hpp"
#include "postgres/fault.hpp"
#include "postgres/transaction.hpp"

namespace tollgate::checkout {
namespace {

constexpr postgres::Query find_offsets{"find_consumer_offsets", R"(
select partition, next_offset from consumer_offsets
where topic = $1 and partition = any($2::int8[]))"};
constexpr postgres::Query advance_offset{"advance_consumer_offset", R"(
insert into consumer_offsets as known (topic, partition, next_offset) values ($1, $2, $3)
on conflict (topic, partition) do update
  set next_offset = greatest(known.next_offset, excluded.next_offset))"};

// An end is never left, whatever comes later and in whatever order.
constexpr postgres::Query upsert_session{"upsert_session", R"(
insert into sessions as known (id, user_id, mode, status, subscription_id)
values ($1, $2, $3, $4, nullif($5, ''))
on conflict (id) do update set mode = excluded.mode, status = excluded.status,
  subscription_id = coalesce(excluded.subscription_id, known.subscription_id), updated_at = now()
where known.status = 'open' or (known.status = 'processing' and excluded.status <> 'open'))"};
constexpr postgres::Query want_check{"want_double_check", R"(
insert into double_checks (user_id, customer_id) values ($1, $2)
on conflict (user_id) do update
  set customer_id = excluded.customer_id, due_at = now(), attempts = 0)"};
constexpr postgres::Query want_check_of_customer{"want_double_check_of_customer", R"(
insert into double_checks (user_id, customer_id)
select user_id, customer_id from customers where customer_id = $1
on conflict (user_id) do update
  set customer_id = excluded.customer_id, due_at = now(), attempts = 0)"};

class PostgresEventsStore final : public EventsStore {
 public:
  explicit PostgresEventsStore(postgres::ConnectionOptions options)
      : connection_(std::move(options)) {}

  std::map<std::int32_t, std::int64_t> next_offsets(
      const std::string& topic, std::span<const std::int32_t> partitions) override {
    postgres::IntegerArray wanted;
    for (const std::int32_t partition : partitions) wanted.add(std::int64_t{partition});
    std::map<std::int32_t, std::int64_t> found;
    guarded([&] {
      const postgres::Rows rows = connection_.run(find_offsets, topic, wanted);
      for (std::size_t row = 0; row < rows.size(); ++row) {
        found[static_cast<std::int32_t>(rows.integer(row, 0))] = rows.integer(row, 1);
      }
    });
    return found;
  }

  void apply(const std::string& topic, const Told& told) override {
    guarded([&] { write(topic, told); });
  }

 private:
  void write(const std::string& topic, const Told& told) {
    // Maps are sorted: two writers take their rows in one order.
    postgres::Transaction transaction{connection_};
    for (const auto& [partition, next] : told.next_offsets) {
      transaction.run(advance_offset, topic, partition, next);
    }
    for (const auto& [customer, owner] : told.customers) keep_owner(transaction, customer, owner);
    for (const auto& [customer, event] : told.deleted) {
      transaction.run(note_deleted_customer, customer);
      transaction.run(drop_customer, customer);
    }
    for (const auto& [id, session] : told.sessions) {
      transaction.run(upsert_session, id, session.user_id, session.mode, session.status,
                      session.subscription);
    }
    for (const auto& [user, customer] : told.buyers) transaction.run(want_check, user, customer);
    for (const std::string& customer : told.buying_customers) {
      transaction.run(want_check_of_customer, customer);
    }
    transaction.commit();
  }

  /// The first statement waits for a request that is just keeping the customer for its user, so
  /// that the second one sees whose it is. A customer who is new to both needs no more than it.
  static void keep_owner(postgres::Transaction& transaction, const std::string& customer,
                         const ToldCustomer& owner) {
    const auto added =
        transaction.run(add_told_customer, owner.user_id, customer, owner.as_of).affected();
    if (added != 0) return;
    transaction.run(take_customer, owner.user_id, customer, owner.as_of);
    transaction.run(add_told_customer, owner.user_id, customer, owner.as_of);
    transaction.run(fill_told_customer, owner.user_id, customer, owner.as_of);
  }

  /// Runs the work again where a request was quicker: nothing of it happened.
  template <class Work>
  void guarded(const Work& work) {
    for (int run = 1;; ++run) {
      try {
        return work();
      } catch (const std::exception& failure) {
        if (run < race_runs_max && is_lost_race(failure)) continue;
        connection_.discard();
        throw std::runtime_error(postgres::reason_of(failure));
      }
    }
  }

  postgres::Connection connection_;
};

}  // namespace

std::unique_ptr<EventsStore> make_postgres_events_store(postgres::ConnectionOptions options) {
  return std::make_unique<PostgresEventsStore>(std::move(options));
}

}  // namespace tollgate::checkout
