// SPDX-License-Identifier: Apache-2.0
#include "entitlements/postgres/postgres_document_store.hpp"

#include <boost/asio/async_result.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <exception>
#include <functional>
#include <utility>
#include <vector>

#include "base/end_process.hpp"
#include "postgres/fault.hpp"

namespace tollgate::entitlements {
namespace {

namespace asio = boost::asio;
using Found = std::optional<ReadyDocument>;

// Beyond that a statement keeps the other readers of its turn waiting; it fits 64 connections
// often.
constexpr std::size_t users_of_a_statement_max = 500;

constexpr postgres::Query find_documents{"find_documents", R"(
select n, document, version
from unnest($1::text[]) with ordinality as wanted (user_id, n)
join user_entitlements using (user_id)
where document is not null)"};

/// Reads that share a statement; each waits at its own index.
struct Turn {
  postgres::TextArray user_ids;
  std::vector<Found> found;
  std::vector<std::function<void()>> waiters;
  std::exception_ptr failure;

  void look_up(postgres::Connection& connection) {
    const postgres::Rows rows = connection.run(find_documents, user_ids);
    for (std::size_t row = 0; row < rows.size(); ++row) {
      const auto index = static_cast<std::size_t>(rows.integer(row, 0) - 1);
      found[index] = ReadyDocument{std::string{rows.text(row, 1)}, rows.integer(row, 2)};
    }
  }
};

class PostgresDocumentStore final : public DocumentStore {
 public:
  PostgresDocumentStore(asio::io_context& io, postgres::Pool& pool, std::size_t statements_max)
      : io_(io), pool_(pool), statements_max_(statements_max) {}

  asio::awaitable<Found> find(std::string user_id) override {
    const std::shared_ptr<Turn> turn = turn_with_room();
    const std::size_t index = turn->found.size();
    turn->user_ids.add(user_id);
    turn->found.emplace_back();
    auto wait = [&turn](auto handler) {
      auto shared = std::make_shared<decltype(handler)>(std::move(handler));
      turn->waiters.emplace_back([shared] { std::move (*shared)(); });
    };
    co_await asio::async_initiate<const asio::use_awaitable_t<>, void()>(wait, asio::use_awaitable);
    if (turn->failure) std::rethrow_exception(turn->failure);
    co_return std::move(turn->found[index]);
  }

  asio::awaitable<std::vector<Found>> find_all(std::vector<std::string> user_ids) override {
    const auto turn = std::make_shared<Turn>();
    for (const std::string& user_id : user_ids) turn->user_ids.add(user_id);
    turn->found.resize(user_ids.size());
    co_await look_up(turn);
    if (turn->failure) std::rethrow_exception(turn->failure);
    co_return std::move(turn->found);
  }

 private:
  std::shared_ptr<Turn> turn_with_room() {
    if (!open_ || open_->found.size() >= users_of_a_statement_max) {
      close_turn();
      open_ = std::make_shared<Turn>();
      // Comes after every read that this turn of the loop still has in its queue.
      asio::post(io_, [this, opened = open_] {
        if (open_ == opened && statements_ < statements_max_) close_turn();
      });
    }
    return open_;
  }

  /// Sends the open turn on its way, if there is one.
  void close_turn() {
    if (!open_) return;
    ++statements_;
    asio::co_spawn(io_, answer(std::exchange(open_, nullptr)), end_process_on_failure);
  }

  asio::awaitable<void> look_up(std::shared_ptr<Turn> turn) {
    try {
      auto work = [turn](postgres::Connection& connection) { turn->look_up(connection); };
      co_await pool_.run(std::move(work));
    } catch (const std::exception& failure) {
      turn->failure = std::make_exception_ptr(DocumentsUnavailable{postgres::reason_of(failure)});
    }
  }

  asio::awaitable<void> answer(std::shared_ptr<Turn> turn) {
    co_await look_up(turn);
    --statements_;
    if (statements_ < statements_max_) close_turn();
    for (const auto& resume : turn->waiters) resume();
  }

  asio::io_context& io_;
  postgres::Pool& pool_;
  const std::size_t statements_max_;
  std::size_t statements_ = 0;  ///< under way
  std::shared_ptr<Turn> open_;  ///< takes further reads; null: none arrived since the last one left
};

}  // namespace

std::unique_ptr<DocumentStore> make_postgres_document_store(asio::io_context& io,
                                                            postgres::Pool& pool,
                                                            std::size_t statements_max) {
  return std::make_unique<PostgresDocumentStore>(io, pool, statements_max);
}

}  // namespace tollgate::entitlements
