// SPDX-License-Identifier: Apache-2.0
// checkout's stores on a schema of their own, asked as an io thread asks them: by one, or by many
// at the same moment. What the use cases make of them is tested in tests/unit/checkout.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include <future>
#include <memory>
#include <string>
#include <vector>

#include "checkout/checkout_store.hpp"
#include "checkout/doubles_store.hpp"
#include "checkout/events_store.hpp"
#include "checkout/postgres/postgres_guarded_pool.hpp"
#include "postgres/pool.hpp"
#include "tests/integration/postgres/database.hpp"

namespace tollgate::tests {

class CheckoutStores {
 public:
  static constexpr const char* topic = "stripe.events";

  CheckoutStores();

  template <class T>
  T run(boost::asio::awaitable<T> task) {
    auto result = boost::asio::co_spawn(io_, std::move(task), boost::asio::use_future);
    io_.restart();
    io_.run();
    return result.get();
  }
  /// All under way at once, on connections of their own as far as the pool has some.
  template <class T>
  std::vector<T> run_all(std::vector<boost::asio::awaitable<T>> tasks) {
    std::vector<std::future<T>> results;
    for (auto& task : tasks) {
      results.push_back(boost::asio::co_spawn(io_, std::move(task), boost::asio::use_future));
    }
    io_.restart();
    io_.run();
    std::vector<T> values;
    for (auto& result : results) values.push_back(result.get());
    return values;
  }

  /// As another process has it.
  std::unique_ptr<checkout::EventsStore> another_events_store();
  checkout::GuardedPool guarded_pool() { return checkout::GuardedPool{pool_}; }
  postgres::ConnectionOptions options() const { return schema_.options(); }

  void execute(const std::string& sql) { schema_.execute(sql); }
  /// The rows' first columns, as text, in order. Only for tests: takes any statement.
  std::vector<std::string> column(const std::string& select);

 private:
  Schema schema_;
  boost::asio::io_context io_{1};
  postgres::Pool pool_;

 public:
  const std::unique_ptr<checkout::CheckoutStore> attempts;
  const std::unique_ptr<checkout::DoublesStore> doubles;
  const std::unique_ptr<checkout::EventsStore> events;
};

}  // namespace tollgate::tests
