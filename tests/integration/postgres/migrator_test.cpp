// SPDX-License-Identifier: Apache-2.0
#include "postgres/migrator.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "tests/integration/postgres/database.hpp"

namespace tollgate::postgres {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr Query count_migrated{"test_count_migrated", "select count(*) from letters"};

const Migration first{1, "0001_letters", "create table letters (letter text)"};
const Migration second{2, "0002_a", "insert into letters values ('a')"};

class MigratorTest : public testing::Test {
 protected:
  std::string failure_of(const std::vector<Migration>& migrations) {
    try {
      migrate(connection_, migrations);
    } catch (const std::runtime_error& refused) {
      return refused.what();
    }
    return {};
  }

  tests::Schema schema_;
  Connection connection_{schema_.options()};
};

TEST_F(MigratorTest, RunsWhatIsMissingOnceInOrder) {
  EXPECT_THAT(migrate(connection_, {first}), ElementsAre("0001_letters"));
  EXPECT_THAT(migrate(connection_, {first, second}), ElementsAre("0002_a"));
  EXPECT_THAT(migrate(connection_, {first, second}), IsEmpty());
  EXPECT_EQ(connection_.run(count_migrated).integer(0, 0), 1);
}

TEST_F(MigratorTest, RefusesAMigrationThatChangedAfterItWasApplied) {
  migrate(connection_, {first});
  Migration changed = first;
  changed.sql += " -- more";
  EXPECT_THAT(failure_of({changed}), testing::HasSubstr("0001_letters has changed"));
}

TEST_F(MigratorTest, RefusesADatabaseNewerThanTheProgram) {
  migrate(connection_, {first, second});
  EXPECT_THAT(failure_of({first}), testing::HasSubstr("newer than this program"));
}

TEST_F(MigratorTest, LeavesNothingOfAMigrationThatFails) {
  const Migration broken{2, "0002_broken", "insert into letters values ('b'); select 1/0"};
  EXPECT_NE(failure_of({first, broken}), "");
  EXPECT_EQ(connection_.run(count_migrated).integer(0, 0), 0);
  EXPECT_THAT(migrate(connection_, {first, second}), ElementsAre("0002_a"));
}

TEST_F(MigratorTest, AppliesEachOnceWhenManyProcessesStartTogether) {
  std::atomic<int> applied{0};
  std::vector<std::thread> processes;
  for (int process = 0; process < 4; ++process) {
    processes.emplace_back([&] {
      Connection own{schema_.options()};
      applied += static_cast<int>(migrate(own, {first, second}).size());
    });
  }
  for (std::thread& process : processes) process.join();
  EXPECT_EQ(applied, 2);
  EXPECT_EQ(connection_.run(count_migrated).integer(0, 0), 1);
}

}  // namespace
}  // namespace tollgate::postgres
