// SPDX-License-Identifier: Apache-2.0
#include "postgres/connection.hpp"

#include <gtest/gtest.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <csignal>

#include "postgres/fault.hpp"
#include "postgres/pool.hpp"
#include "postgres/transaction.hpp"
#include "tests/integration/postgres/database.hpp"

namespace tollgate::postgres {
namespace {

constexpr Query select_one{"test_select_one", "select 1"};
constexpr Query backend{"test_backend", "select pg_backend_pid()"};
constexpr Query terminate{"test_terminate", "select pg_terminate_backend($1::integer)"};
constexpr Query sleep_long{"test_sleep_long", "select pg_sleep(30)"};
constexpr Query insert_letter{"test_insert_letter", "insert into letters values ($1)"};
constexpr Query count_letters{"test_count_letters", "select count(*) from letters"};
constexpr Query echo{"test_echo", R"(
select t, i, b from unnest($1::text[], $2::int8[], $3::bool[]) with ordinality as u(t, i, b, n)
order by n)"};

template <class Action>
Fault fault_in(Action action) {
  try {
    action();
  } catch (const std::exception& failure) {
    return fault_of(failure);
  }
  throw std::logic_error("nothing failed");
}

constexpr Query make_catalogue_table{"test_make_catalogue_table",
                                     "create table pg_catalog.letters ()"};

class ConnectionTest : public testing::Test {
 protected:
  ConnectionTest() { schema_.execute("create table letters (letter text)"); }

  /// As a restart of PostgreSQL or a broken line does it: the client does not know.
  void break_line(Connection& victim) {
    const std::int64_t pid = victim.run(backend).integer(0, 0);
    ASSERT_TRUE(other_.run(terminate, pid).flag(0, 0));
  }

  tests::Schema schema_;
  Connection connection_{schema_.options()};
  Connection other_{schema_.options()};
};

TEST_F(ConnectionTest, SendsManyRowsInThreeArguments) {
  TextArray texts;
  IntegerArray numbers;
  FlagArray flags;
  texts.add("quoted \" { } , \\ and 'so'");
  texts.add_null();
  numbers.add(std::int64_t{-9'007'199'254'740'993});
  numbers.add(std::nullopt);
  flags.add(true);
  flags.add(false);
  const Rows rows = connection_.run(echo, texts, numbers, flags);
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows.text(0, 0), "quoted \" { } , \\ and 'so'");
  EXPECT_EQ(rows.integer(0, 1), -9'007'199'254'740'993);
  EXPECT_TRUE(rows.flag(0, 2));
  EXPECT_TRUE(rows.is_null(1, 0));
  EXPECT_TRUE(rows.is_null(1, 1));
  EXPECT_FALSE(rows.flag(1, 2));
}

TEST_F(ConnectionTest, IsMadeAgainAfterTheServerEndedIt) {
  break_line(connection_);
  EXPECT_EQ(fault_in([&] { connection_.run(select_one); }), Fault::away);
  connection_.discard();
  EXPECT_EQ(connection_.run(select_one).integer(0, 0), 1);
}

TEST_F(ConnectionTest, LeavesNothingOfATransactionThatIsNotCommitted) {
  { Transaction{connection_}.run(insert_letter, "a"); }
  EXPECT_EQ(other_.run(count_letters).integer(0, 0), 0);
}

TEST_F(ConnectionTest, LeavesNothingOfATransactionWhoseLineBroke) {
  break_line(connection_);
  EXPECT_EQ(fault_in([&] {
              Transaction transaction{connection_};
              transaction.run(insert_letter, "a");
              transaction.commit();
            }),
            Fault::away);
  EXPECT_EQ(other_.run(count_letters).integer(0, 0), 0);
}

TEST_F(ConnectionTest, EndsAStatementThatTakesTooLong) {
  ConnectionOptions hasty = schema_.options();
  hasty.statement_timeout = std::chrono::milliseconds{50};
  Connection connection{hasty};
  EXPECT_EQ(fault_in([&] { connection.run(sleep_long); }), Fault::timed_out);
  EXPECT_EQ(connection.run(select_one).integer(0, 0), 1);
}

/// A server that does not run, as in a paused container: its time-outs do not either.
class Frozen {
 public:
  explicit Frozen(std::int64_t backend_pid) : pid_(static_cast<pid_t>(backend_pid)) {
    frozen_ = ::kill(pid_, SIGSTOP) == 0;
  }
  ~Frozen() { ::kill(pid_, SIGCONT); }
  Frozen(const Frozen&) = delete;
  Frozen& operator=(const Frozen&) = delete;
  explicit operator bool() const { return frozen_; }

 private:
  pid_t pid_;
  bool frozen_ = false;
};

TEST_F(ConnectionTest, FindsAFrozenServerAway) {
  ConnectionOptions hasty = schema_.options();
  hasty.statement_timeout = std::chrono::seconds{2};
  hasty.silence_max = std::chrono::milliseconds{50};
  Connection connection{hasty};
  const Frozen server{connection.run(backend).integer(0, 0)};
  if (!server) GTEST_SKIP() << "PostgreSQL runs as another user, who cannot be signalled";
  EXPECT_EQ(fault_in([&] { connection.run(select_one); }), Fault::away);
}

TEST_F(ConnectionTest, IsInDoubtAboutACommitThatAFrozenServerDoesNotAnswer) {
  ConnectionOptions hasty = schema_.options();
  hasty.statement_timeout = std::chrono::seconds{2};
  hasty.silence_max = std::chrono::milliseconds{50};
  Connection connection{hasty};
  Transaction transaction{connection};
  const Frozen server{transaction.run(backend).integer(0, 0)};
  if (!server) GTEST_SKIP() << "PostgreSQL runs as another user, who cannot be signalled";
  EXPECT_EQ(fault_in([&] { transaction.commit(); }), Fault::in_doubt);
}

TEST_F(ConnectionTest, WaitsForALockOnlySoLong) {
  ConnectionOptions hasty = schema_.options();
  hasty.lock_timeout = std::chrono::milliseconds{50};
  Connection connection{hasty};
  Transaction holder{other_};
  holder.run_script("lock table letters in access exclusive mode");
  EXPECT_EQ(fault_in([&] { connection.run(insert_letter, "a"); }), Fault::conflict);
}

TEST_F(ConnectionTest, PoolRecoversWhenTheServerEndedItsConnections) {
  boost::asio::io_context io;
  Pool pool{io, schema_.options(), {.size = 1}};
  const auto answer_of = [&](Pool::Work work) {
    std::exception_ptr failure;
    boost::asio::co_spawn(io, pool.run(std::move(work)),
                          [&failure](const std::exception_ptr& thrown) { failure = thrown; });
    io.restart();
    io.run();
    if (failure) std::rethrow_exception(failure);
  };
  answer_of([&](Connection& victim) { break_line(victim); });
  EXPECT_EQ(fault_in([&] { answer_of([](Connection& broken) { broken.run(select_one); }); }),
            Fault::away);
  EXPECT_NE(pool.fault(), "");
  std::int64_t one = 0;
  answer_of([&one](Connection& mended) { one = mended.run(select_one).integer(0, 0); });
  EXPECT_EQ(one, 1);
}

TEST_F(ConnectionTest, TellsTheServersCodeWhicheverExceptionCarriesIt) {
  for (const std::string code : {"53100", "53200", "42501", "42P01", "42703", "57014", "22003",
                                 "23514", "0A000", "XX000", "55000"}) {
    std::string told;
    try {
      Transaction{connection_}.run_script("do $$ begin raise exception using errcode = '" + code +
                                          "'; end $$");
    } catch (const std::exception& failure) {
      told = sqlstate_of(failure);
    }
    // libpqxx 6 may tell the class alone.
    EXPECT_TRUE(told == code || told == code.substr(0, 2) + "000") << code << ": " << told;
  }
}

TEST_F(ConnectionTest, ARightThatIsMissingIsTold) {
  std::string told;
  try {
    connection_.run(make_catalogue_table);
  } catch (const std::exception& failure) {
    told = sqlstate_of(failure);
  }
  EXPECT_EQ(told, "42501");
}

}  // namespace
}  // namespace tollgate::postgres
