// SPDX-License-Identifier: Apache-2.0
#include "entitlements/postgres/postgres_failure.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <pqxx/pqxx>

#include "entitlements/entitlements_store.hpp"

namespace tollgate::entitlements {
namespace {

using testing::HasSubstr;

/// What is told of the failure, if it is one that no waiting mends.
std::string told_of(const char* sqlstate) {
  try {
    throw_in_domain_words(pqxx::sql_error{"ERROR:  no", "a statement", sqlstate});
  } catch (const StoreUnable& unable) {
    return unable.what();
  } catch (const StoreTimedOut& slow) {
    return slow.what();
  }
  return {};
}

TEST(PostgresFailure, WhatNoWaitingMendsTellsWhatToDo) {
  EXPECT_THAT(told_of("53100"), HasSubstr("make room"));
  EXPECT_THAT(told_of("42501"), HasSubstr("CREATE on the database"));
  EXPECT_THAT(told_of("42P01"), HasSubstr("entitlements migrate"));
  EXPECT_THAT(told_of("3F000"), HasSubstr("entitlements migrate"));
  EXPECT_THAT(told_of("57014"), HasSubstr("time limit"));
  EXPECT_EQ(told_of("XX000"), "ERROR:  no");
}

TEST(PostgresFailure, OnlyALostLineIsWaitedForAsIfItCameBackByItself) {
  const auto is_waited_for = [](const std::exception& failure) {
    try {
      throw_in_domain_words(failure);
    } catch (const StoreUnable&) {
      return false;
    } catch (const StoreAway&) {
      return true;
    }
  };
  EXPECT_TRUE(is_waited_for(pqxx::broken_connection{"gone"}));
  EXPECT_TRUE(is_waited_for(pqxx::sql_error{"going down", "a statement", "57P01"}));
  EXPECT_TRUE(is_waited_for(std::runtime_error{"not PostgreSQL's word"}));
  EXPECT_FALSE(is_waited_for(pqxx::sql_error{"full", "a statement", "53100"}));
}

TEST(PostgresFailure, AnotherWriterInTheWayIsAConflict) {
  for (const char* sqlstate : {"40P01", "40001", "55P03"}) {
    EXPECT_THROW(throw_in_domain_words(pqxx::sql_error{"no", "a statement", sqlstate}),
                 StoreConflict);
  }
}

}  // namespace
}  // namespace tollgate::entitlements
