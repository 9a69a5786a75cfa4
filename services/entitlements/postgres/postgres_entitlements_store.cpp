// SPDX-License-Identifier: Apache-2.0
#include "entitlements/postgres/postgres_entitlements_store.hpp"

#include <optional>
#include <type_traits>
#include <utility>

#include "entitlements/postgres/postgres_catalog_revisions.hpp"
#include "entitlements/postgres/postgres_documents.hpp"
#include "entitlements/postgres/postgres_events.hpp"
#include "entitlements/postgres/postgres_failure.hpp"
#include "entitlements/postgres/postgres_fetch_store.hpp"
#include "entitlements/postgres/postgres_kin.hpp"
#include "entitlements/postgres/postgres_objects.hpp"
#include "entitlements/postgres/postgres_offsets.hpp"
#include "entitlements/postgres/postgres_owners.hpp"
#include "entitlements/postgres/postgres_plan_names.hpp"
#include "postgres/transaction.hpp"

namespace tollgate::entitlements {
namespace {

constexpr const char* written_meanwhile = "an object was written by somebody else meanwhile";

class PostgresTransaction final : public EntitlementsTransaction {
 public:
  PostgresTransaction(postgres::Connection& connection, std::string topic)
      : connection_(&connection),
        topic_(std::move(topic)),
        own_(std::in_place, connection),
        transaction_(&*own_) {}
  explicit PostgresTransaction(postgres::Transaction& of_another) : transaction_(&of_another) {}
  ~PostgresTransaction() override {
    own_.reset();  // It speaks to the connection once more, so it goes first.
    if (connection_lost_ && connection_ != nullptr) connection_->discard();
  }
  PostgresTransaction(const PostgresTransaction&) = delete;
  PostgresTransaction& operator=(const PostgresTransaction&) = delete;

  bool advance(std::span<const Advance> advances) override {
    return guarded([&] { return advance_offsets(*transaction_, topic_, advances); });
  }
  std::vector<Recorded> record(const std::vector<EventRow>& events) override {
    return guarded([&] { return insert_events(*transaction_, topic_, events); });
  }
  std::vector<Recorded> record_again(const std::vector<EventRow>& events) override {
    return guarded([&] { return insert_events_again(*transaction_, topic_, events); });
  }
  void release(std::span<const Position> positions) override {
    guarded([&] { delete_dead_letters(*transaction_, topic_, positions); });
  }
  void keep(std::span<const DeadLetter> dead_letters) override {
    guarded([&] { insert_dead_letters(*transaction_, topic_, dead_letters); });
  }
  std::vector<Link> link(std::span<const Link> links) override {
    return guarded([&] { return insert_links(*transaction_, links); });
  }

  std::vector<OwnerRow> lock_owners(std::span<const Key> owners) override {
    return guarded([&] { return insert_and_lock_owners(*transaction_, owners); });
  }
  std::vector<ObjectRow> find_objects(std::span<const Key> ids) override {
    return guarded([&] { return select_objects(*transaction_, ids); });
  }
  std::vector<EventRow> find_events(std::span<const Key> object_ids) override {
    return guarded([&] { return select_events(*transaction_, object_ids); });
  }
  void write_objects(std::span<const ObjectRow* const> objects) override {
    const bool written = guarded([&] { return upsert_objects(*transaction_, objects); });
    if (!written) throw StoreConflict{written_meanwhile};
  }

  std::vector<Placement> find_placements(std::span<const Key> ids) override {
    return guarded([&] { return select_placements(*transaction_, ids); });
  }
  std::vector<Relation> find_relations(std::span<const Key> ids) override {
    return guarded([&] { return select_relations(*transaction_, ids); });
  }
  std::vector<Placement> await_objects(std::span<const Key> ids) override {
    return guarded([&] { return insert_and_lock_objects(*transaction_, ids); });
  }
  void move_objects(std::span<const Placement> moved) override {
    const bool written = guarded([&] { return update_owners_of_objects(*transaction_, moved); });
    if (!written) throw StoreConflict{written_meanwhile};
  }

  std::vector<ObjectRow> find_objects_of(std::span<const Key> owners) override {
    return guarded([&] { return select_objects_of(*transaction_, owners); });
  }
  std::vector<ObjectRow> find_paying_invoices(std::span<const Key> subscriptions) override {
    return guarded([&] { return select_paying_invoices(*transaction_, subscriptions); });
  }
  std::vector<ObjectRow> find_payments_of(std::span<const Key> invoices) override {
    return guarded([&] { return select_payments_of(*transaction_, invoices); });
  }

  void write_owners(std::span<const OwnerRow> owners, std::span<const Claim> claims) override {
    guarded([&] { update_owners(*transaction_, owners, claims); });
  }
  std::vector<std::string> lock_lapsed(Time now, std::size_t users_max) override {
    return guarded([&] { return select_and_lock_lapsed(*transaction_, now, users_max); });
  }
  std::optional<CatalogBatch> take_catalog_batch(std::int64_t revision,
                                                 std::size_t users_max) override {
    return guarded([&] { return lock_catalog_batch(*transaction_, revision, users_max); });
  }
  void end_catalog_batch(std::int64_t revision, const CatalogBatch& batch) override {
    guarded([&] { update_catalog_progress(*transaction_, revision, batch); });
  }
  LockedUsers lock_users(std::span<const std::string> user_ids) override {
    return guarded([&] { return insert_and_lock_users(*transaction_, user_ids); });
  }
  std::vector<OwnerRow> find_owners(std::span<const std::string> user_ids) override {
    return guarded([&] { return select_owners_of(*transaction_, user_ids); });
  }
  void write_documents(std::span<const DocumentRow> documents,
                       std::span<const HistoryRow> changes) override {
    guarded([&] { update_documents(*transaction_, documents, changes); });
  }

  void raise(std::span<const Question> questions, Time now) override {
    guarded([&] { raise_questions(*transaction_, questions, now); });
  }
  void withdraw(std::span<const Key> objects) override {
    guarded([&] { withdraw_questions(*transaction_, objects); });
  }

  void commit() override {
    guarded([&] { transaction_->commit(); });
  }

 private:
  template <class Action>
  std::invoke_result_t<Action> guarded(Action action) {
    try {
      return action();
    } catch (const std::exception& failure) {
      connection_lost_ = is_connection_lost(failure);
      throw_in_domain_words(failure);
    }
  }

  postgres::Connection* connection_ = nullptr;  ///< null: the transaction is another's
  const std::string topic_;
  std::optional<postgres::Transaction> own_;
  postgres::Transaction* transaction_;
  bool connection_lost_ = false;
};

class PostgresEntitlementsStore final : public EntitlementsStore {
 public:
  explicit PostgresEntitlementsStore(postgres::ConnectionOptions options)
      : connection_(std::move(options)) {}

  std::vector<Advance> positions(const std::string& topic,
                                 std::span<const std::int32_t> partitions) override {
    return guarded(connection_, [&] { return read_positions(connection_, topic, partitions); });
  }

  void keep_plan_names(std::int64_t revision, std::span<const PlanName> names) override {
    guarded(connection_, [&] { replace_plan_names(connection_, revision, names); });
  }

  std::optional<Time> next_lapse() override {
    return guarded(connection_, [&] { return select_next_lapse(connection_); });
  }

  CatalogProgress register_catalog(std::int64_t revision) override {
    return guarded(connection_, [&] { return insert_catalog_revision(connection_, revision); });
  }

  std::unique_ptr<EntitlementsTransaction> begin(const std::string& topic) override {
    return guarded(connection_,
                   [&] { return std::make_unique<PostgresTransaction>(connection_, topic); });
  }

 private:
  postgres::Connection connection_;
};

}  // namespace

std::unique_ptr<EntitlementsTransaction> make_postgres_transaction(
    postgres::Transaction& transaction) {
  return std::make_unique<PostgresTransaction>(transaction);
}

std::unique_ptr<EntitlementsStore> make_postgres_entitlements_store(
    postgres::ConnectionOptions options) {
  return std::make_unique<PostgresEntitlementsStore>(std::move(options));
}

}  // namespace tollgate::entitlements
