// SPDX-License-Identifier: Apache-2.0
// The reading half of the service on a test's schema: questions are answered at once. Who writes
// into it is writer.hpp's.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include "entitlements/postgres/postgres_fact_store.hpp"
#include "entitlements/read/read_dead_letters.hpp"
#include "entitlements/read/read_explanation.hpp"
#include "entitlements/read/read_history.hpp"
#include "entitlements/read/read_orphans.hpp"
#include "entitlements/read/read_subscriptions.hpp"
#include "tests/integration/entitlements/buyer.hpp"
#include "tests/integration/entitlements/writer.hpp"

namespace tollgate::tests {

class Reader {
 public:
  using Fault = entitlements::ReadFault;
  using Answer = Result<std::string, Fault>;

  explicit Reader(const MigratedSchema& database)
      : clock_(Buyer::begun + 3'600),
        facts_(entitlements::make_postgres_fact_store(io_, database.schema().options(), 1)) {}

  /// A body of JSON.
  std::string explain(const std::string& user_id, std::optional<std::int64_t> at = {}) {
    std::optional<Time> time;
    if (at) time = from_unix_seconds(*at);
    return answer(explanation_.read(user_id, time));
  }
  std::string history(const std::string& user_id, entitlements::PageQuery page = {}) {
    return answer(history_.read(user_id, std::move(page)));
  }
  std::string subscriptions(entitlements::ListFilter filter = {},
                            entitlements::PageQuery page = {}) {
    return answer(subscriptions_.read({std::move(page), std::move(filter)}));
  }
  std::string orphans(entitlements::ListFilter filter = {}, entitlements::PageQuery page = {}) {
    return answer(orphans_.read({std::move(page), std::move(filter)}));
  }
  std::string dead_letters(std::size_t body_bytes_max = 0, entitlements::PageQuery page = {}) {
    return answer(dead_letters_.read({std::move(page), body_bytes_max}));
  }

  /// Runs the work on a connection.
  template <class Work>
  void ask(Work work) {
    entitlements::FactStore::Work shared = std::move(work);
    boost::asio::co_spawn(io_, facts_->read(std::move(shared)), rethrow);
    run();
  }

 private:
  static void rethrow(const std::exception_ptr& failure) {
    if (failure) std::rethrow_exception(failure);
  }
  void run() {
    io_.restart();
    io_.run();
  }
  std::string answer(boost::asio::awaitable<Answer> asked) {
    std::optional<Answer> answered;
    boost::asio::co_spawn(io_, std::move(asked),
                          [&](const std::exception_ptr& failure, Answer given) {
                            rethrow(failure);
                            answered = std::move(given);
                          });
    run();
    if (!*answered) throw std::runtime_error("no answer");
    return **std::move(answered);
  }

  boost::asio::io_context io_;
  FixedClock clock_;
  std::unique_ptr<entitlements::FactStore> facts_;
  entitlements::ReadExplanation explanation_{*facts_, development_catalog(), clock_,
                                             std::chrono::days{400}};
  entitlements::ReadHistory history_{*facts_};
  entitlements::ReadSubscriptions subscriptions_{*facts_};
  entitlements::ReadOrphans orphans_{*facts_};
  entitlements::ReadDeadLetters dead_letters_{*facts_};
};

/// The cursor in a page; empty on the last one.
inline std::string cursor_in(const std::string& page) {
  constexpr std::string_view key = "\"next_cursor\":\"";
  const auto found = page.find(key);
  if (found == std::string::npos) return {};
  const auto begin = found + key.size();
  return page.substr(begin, page.find('"', begin) - begin);
}

}  // namespace tollgate::tests
