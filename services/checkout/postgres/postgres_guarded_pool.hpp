// SPDX-License-Identifier: Apache-2.0
// The pool as checkout's stores ask it: its faults in their words. The consumer's thread has a
// connection of its own: postgres_events_store.cpp.
#pragma once

#include <boost/asio/awaitable.hpp>

#include <exception>
#include <utility>

#include "postgres/pool.hpp"

namespace tollgate::checkout {

/// Throws StoreAway for a fault of infrastructure and for a race that is lost again. Anything else
/// is a fault of the program, e.g. a statement that PostgreSQL refuses: it is thrown on for the
/// edge, which logs it as such.
[[noreturn]] void throw_in_words_of_stores(const std::exception& failure);

/// Another writer was quicker: nothing happened, and the same work meets what he wrote.
bool is_lost_race(const std::exception& failure);
inline constexpr int race_runs_max = 3;  ///< of one work; whoever loses so often waits

/// The io thread. The pool outlives it.
class GuardedPool {
 public:
  explicit GuardedPool(postgres::Pool& pool) : pool_(pool) {}

  /// `work` lives in the caller's frame, and is run again from its beginning where it lost a race.
  /// Throws as throw_in_words_of_stores() does.
  template <class Work>
  boost::asio::awaitable<void> run(const Work& work) {
    for (int run = 1;; ++run) {
      postgres::Pool::Work shared = [&work](postgres::Connection& connection) { work(connection); };
      try {
        co_await pool_.run(std::move(shared));
        co_return;
      } catch (const std::exception& failure) {
        if (run == race_runs_max || !is_lost_race(failure)) throw_in_words_of_stores(failure);
      }
    }
  }

 private:
  postgres::Pool& pool_;
};

}  // namespace tollgate::checkout
