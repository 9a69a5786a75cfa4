// SPDX-License-Identifier: Apache-2.0
#include "postgres/fault.hpp"

#include <gtest/gtest.h>

#include <pqxx/pqxx>

namespace tollgate::postgres {
namespace {

Fault fault_of_state(const char* sqlstate) {
  return fault_of(pqxx::sql_error{"refused", "a statement", sqlstate});
}

TEST(DatabaseFault, KnowsRowsThatWillBeRefusedAgain) {
  EXPECT_EQ(fault_of_state("22P05"), Fault::bad_data);
  EXPECT_EQ(fault_of_state("23514"), Fault::bad_data);
  EXPECT_EQ(fault_of(pqxx::unique_violation{"refused", "a statement", "23505"}), Fault::bad_data);
  EXPECT_EQ(fault_of_state("54000"), Fault::bad_data);
}

TEST(DatabaseFault, KnowsTransactionsThatMayBeRunAgain) {
  EXPECT_EQ(fault_of(pqxx::deadlock_detected{"deadlock"}), Fault::conflict);
  EXPECT_EQ(fault_of_state("40001"), Fault::conflict);
  EXPECT_EQ(fault_of_state("55P03"), Fault::conflict);
}

TEST(DatabaseFault, TakesAServerThatIsGoingDownForOneThatIsAway) {
  EXPECT_EQ(fault_of(pqxx::broken_connection{"gone"}), Fault::away);
  EXPECT_EQ(fault_of_state("57P01"), Fault::away);
}

TEST(DatabaseFault, KeepsACommitInDoubtApartFromABrokenConnection) {
  EXPECT_EQ(fault_of(pqxx::in_doubt_error{"lost in COMMIT"}), Fault::in_doubt);
}

TEST(DatabaseFault, DoesNotBlameTheRowsForATimeOut) {
  EXPECT_EQ(fault_of_state("57014"), Fault::timed_out);
  EXPECT_EQ(fault_of(std::runtime_error{"anything"}), Fault::other);
}

TEST(DatabaseFault, KeepsQuotedRowsOutOfTheReason) {
  const std::runtime_error failure{"ERROR:  invalid input\nDETAIL:  Key (email)=(a@b.c)"};
  EXPECT_EQ(reason_of(failure), "ERROR:  invalid input");
}

TEST(DatabaseFault, KnowsTheServersCodeIfThereIsOne) {
  EXPECT_EQ(sqlstate_of(pqxx::sql_error{"refused", "a statement", "53100"}), "53100");
  EXPECT_EQ(sqlstate_of(pqxx::broken_connection{"gone"}), "");
  EXPECT_EQ(sqlstate_of(std::runtime_error{"anything"}), "");
}

}  // namespace
}  // namespace tollgate::postgres
