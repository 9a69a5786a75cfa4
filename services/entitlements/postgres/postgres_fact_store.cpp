// SPDX-License-Identifier: Apache-2.0
#include "entitlements/postgres/postgres_fact_store.hpp"

#include <utility>

#include "entitlements/document_store.hpp"
#include "entitlements/postgres/postgres_history.hpp"
#include "entitlements/postgres/postgres_lists.hpp"
#include "entitlements/postgres/postgres_objects.hpp"
#include "entitlements/postgres/postgres_past.hpp"
#include "postgres/fault.hpp"
#include "postgres/pool.hpp"
#include "postgres/transaction.hpp"

namespace tollgate::entitlements {
namespace {

// People ask, not machines: more at once than that is a mistake of somebody's.
constexpr std::size_t questions_waiting_max = 64;

// Later statements see what the first one saw.
constexpr postgres::Query take_snapshot{
    "take_snapshot", "set transaction isolation level repeatable read, read only"};

class PostgresFactReader final : public FactReader {
 public:
  explicit PostgresFactReader(postgres::Transaction& transaction) : transaction_(transaction) {}

  std::vector<ObjectRow> find_objects(std::span<const Key> ids) override {
    return select_objects(transaction_, ids);
  }
  std::vector<ObjectRow> find_objects_of(std::span<const Key> owners) override {
    return select_objects_of(transaction_, owners);
  }
  std::vector<ObjectRow> find_paying_invoices(std::span<const Key> subscriptions) override {
    return select_paying_invoices(transaction_, subscriptions);
  }
  std::vector<ObjectRow> find_payments_of(std::span<const Key> invoices) override {
    return select_payments_of(transaction_, invoices);
  }

  std::vector<Key> find_claimed(const std::string& user_id) override {
    return select_claimed(transaction_, user_id);
  }
  std::int64_t find_version(const std::string& user_id) override {
    return select_version(transaction_, user_id);
  }
  std::vector<ToldEvent> find_told(std::span<const Key> events) override {
    return select_told(transaction_, events);
  }
  std::vector<EventRow> find_events_until(std::span<const Key> object_ids, Time at,
                                          std::size_t events_max) override {
    return select_events_until(transaction_, object_ids, at, events_max);
  }
  std::vector<ObjectRow> find_invoices_paid_by(std::span<const Key> subscriptions,
                                               Time at) override {
    const std::vector<Key> paid = select_invoices_paid_by(transaction_, subscriptions, at);
    return select_objects(transaction_, paid);
  }

  std::vector<ShownChange> find_changes(const std::string& user_id, std::int64_t below,
                                        std::size_t rows_max) override {
    return select_changes(transaction_, user_id, below, rows_max);
  }
  std::vector<ShownSubscription> find_subscriptions(const ListFilter& filter,
                                                    const std::optional<ObjectPlace>& after,
                                                    std::size_t rows_max) override {
    return select_subscriptions(transaction_, filter, after, rows_max);
  }
  std::vector<ShownOrphan> find_orphans(const ListFilter& filter,
                                        const std::optional<ObjectPlace>& after,
                                        std::size_t rows_max) override {
    return select_orphans(transaction_, filter, after, rows_max);
  }
  std::vector<ShownDeadLetter> find_dead_letters(const std::optional<LetterPlace>& after,
                                                 std::size_t rows_max,
                                                 std::size_t body_bytes_max) override {
    return select_dead_letters(transaction_, after, rows_max, body_bytes_max);
  }

 private:
  postgres::Transaction& transaction_;
};

class PostgresFactStore final : public FactStore {
 public:
  PostgresFactStore(boost::asio::io_context& io, postgres::ConnectionOptions database,
                    std::size_t readers)
      : pool_(io, std::move(database), {.size = readers, .queue_max = questions_waiting_max}) {}

  boost::asio::awaitable<void> read(Work work) override {
    std::string failed;
    try {
      postgres::Pool::Work in_snapshot = [&work](postgres::Connection& connection) {
        postgres::Transaction transaction{connection};
        transaction.run(take_snapshot);
        PostgresFactReader reader{transaction};
        work(reader);
      };
      co_await pool_.run(std::move(in_snapshot));
      co_return;
    } catch (const std::exception& failure) {
      failed = postgres::reason_of(failure);
    }
    throw DocumentsUnavailable{failed};
  }

 private:
  postgres::Pool pool_;
};

}  // namespace

std::unique_ptr<FactStore> make_postgres_fact_store(boost::asio::io_context& io,
                                                    postgres::ConnectionOptions database,
                                                    std::size_t readers) {
  return std::make_unique<PostgresFactStore>(io, std::move(database), readers);
}

}  // namespace tollgate::entitlements
