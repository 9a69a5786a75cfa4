// SPDX-License-Identifier: Apache-2.0
#include "entitlements/postgres/postgres_prune_store.hpp"

#include <type_traits>
#include <utility>

#include "entitlements/postgres/postgres_columns.hpp"
#include "entitlements/postgres/postgres_events.hpp"
#include "entitlements/postgres/postgres_failure.hpp"
#include "postgres/transaction.hpp"

namespace tollgate::entitlements {
namespace {

// Fewer cannot hold one that neither begins nor ends something.
constexpr std::int64_t facts_of_interest_min = 3;

constexpr postgres::Query try_turn{"try_turn_pruning", R"(
select pg_try_advisory_lock(hashtextextended(current_schema() || '.prune', 0)))"};

constexpr postgres::Query walk_facts{"walk_facts", R"(
select account, livemode, object_id, count(*) filter (where created < to_timestamp($5::int8)),
  count(*)
from (
  select account, livemode, object_id, created from events
  where kind is not null and (object_id, account, livemode) > ($3, $1, $2::bool)
  order by object_id, account, livemode, created limit $4::int8) as page
group by object_id, account, livemode
order by object_id, account, livemode)"};

constexpr postgres::Query delete_facts{"delete_facts", R"(
delete from events e
using unnest($1::text[], $2::bool[], $3::text[]) as gone (account, livemode, id)
where e.account = gone.account and e.livemode = gone.livemode and e.id = gone.id
  and e.outcome = 'fact')"};

class PostgresPruneStore final : public PruneStore {
 public:
  explicit PostgresPruneStore(postgres::ConnectionOptions options)
      : connection_(std::move(options)) {}

  bool take_turn() override {
    return guarded([&] {
      if (!has_turn_) has_turn_ = connection_.run(try_turn).flag(0, 0);
      return has_turn_;
    });
  }

  ObjectsPage next_objects(const Key& after, Time horizon, std::size_t facts_max) override {
    return guarded([&] {
      const postgres::Rows rows = connection_.run(walk_facts, after.account, after.livemode,
                                                  after.id, facts_max, to_unix_seconds(horizon));
      std::size_t facts = 0;
      for (std::size_t row = 0; row < rows.size(); ++row) {
        facts += static_cast<std::size_t>(rows.integer(row, 4));
      }
      ObjectsPage page;
      page.is_last = facts < facts_max;
      // The last object of a full page may have more facts than it shows: it opens the next one.
      const std::size_t whole = page.is_last || rows.size() == 1 ? rows.size() : rows.size() - 1;
      for (std::size_t row = 0; row < whole; ++row) {
        page.last = key_at(rows, row, 0);
        if (rows.integer(row, 3) >= facts_of_interest_min) page.objects.push_back(page.last);
      }
      return page;
    });
  }

  std::vector<EventRow> find_events(std::span<const Key> object_ids) override {
    return guarded([&] {
      postgres::Transaction transaction{connection_};
      return select_events(transaction, object_ids);
    });
  }

  void remove(std::span<const Key> events) override {
    guarded([&] {
      const KeyColumns keys{events};
      connection_.run(delete_facts, keys.accounts, keys.livemodes, keys.ids);
    });
  }

 private:
  template <class Action>
  std::invoke_result_t<Action> guarded(Action action) {
    try {
      return action();
    } catch (const std::exception& failure) {
      if (is_connection_lost(failure)) {
        has_turn_ = false;
        connection_.discard();
      }
      throw_in_domain_words(failure);
    }
  }

  postgres::Connection connection_;
  bool has_turn_ = false;
};

}  // namespace

std::unique_ptr<PruneStore> make_postgres_prune_store(postgres::ConnectionOptions options) {
  return std::make_unique<PostgresPruneStore>(std::move(options));
}

}  // namespace tollgate::entitlements
