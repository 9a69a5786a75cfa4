// SPDX-License-Identifier: Apache-2.0
#include "postgres/schema_watch.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include "tests/integration/postgres/database.hpp"

namespace tollgate::postgres {
namespace {

using testing::HasSubstr;

constexpr std::chrono::seconds patience{20};

const std::vector<Migration> one{{1, "0001_letters", "create table letters (letter text)"}};
const std::vector<Migration> two{one[0], {2, "0002_a", "insert into letters values ('a')"}};

class SchemaWatchTest : public testing::Test {
 protected:
  tests::Schema schema_;
  Connection connection_{schema_.options()};
};

TEST_F(SchemaWatchTest, SaysWhatIsMissing) {
  EXPECT_THAT(schema_fault(connection_, two), HasSubstr("no tables"));
  migrate(connection_, one);
  EXPECT_THAT(schema_fault(connection_, two), HasSubstr("migration 1 of 2"));
  migrate(connection_, two);
  EXPECT_EQ(schema_fault(connection_, two), "");
}

TEST_F(SchemaWatchTest, ANewerDatabaseIsFineForAnOlderProgram) {
  migrate(connection_, two);
  EXPECT_EQ(schema_fault(connection_, one), "");
}

TEST_F(SchemaWatchTest, SeesMigrationsThatComeLater) {
  boost::asio::io_context io;
  Pool pool{io, schema_.options(), {.size = 1}};
  SchemaWatch watch{pool, one};
  boost::asio::co_spawn(io, watch.run(), boost::asio::detached);
  const auto run_until = [&](auto fact) {
    const auto give_up = std::chrono::steady_clock::now() + patience;
    while (!fact() && std::chrono::steady_clock::now() < give_up) {
      io.run_one_for(std::chrono::milliseconds{50});
    }
    return fact();
  };
  EXPECT_TRUE(run_until([&] { return watch.fault().find("no tables") != std::string::npos; }));
  migrate(connection_, one);
  EXPECT_TRUE(run_until([&] { return watch.fault().empty(); }));
}

}  // namespace
}  // namespace tollgate::postgres
