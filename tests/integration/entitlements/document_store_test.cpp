// SPDX-License-Identifier: Apache-2.0
#include "entitlements/document_store.hpp"

#include <gtest/gtest.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <map>

#include "entitlements/postgres/postgres_document_store.hpp"
#include "tests/integration/entitlements/writer.hpp"

namespace tollgate::entitlements {
namespace {

constexpr std::size_t statements_max = 2;

class DocumentStoreTest : public testing::Test {
 protected:
  void add_users(int count) {
    database_.execute(
        "insert into user_entitlements (user_id, document, version) select 'usr_' || "
        "n, json_build_object('n', n), n from generate_series(1, " +
        std::to_string(count) + ") as n");
  }

  /// Begins a read; run() ends it.
  void ask(const std::string& user_id) {
    boost::asio::co_spawn(
        io_, documents_->find(user_id),
        [this, user_id](const std::exception_ptr& failure, std::optional<ReadyDocument> found) {
          if (failure) {
            ++failed_;
          } else {
            found_[user_id] = std::move(found);
          }
        });
  }
  void run() {
    io_.restart();
    io_.run();
  }

  tests::MigratedSchema database_;
  boost::asio::io_context io_;
  postgres::Pool pool_{io_, database_.schema().options(), {.size = statements_max}};
  std::unique_ptr<DocumentStore> documents_ =
      make_postgres_document_store(io_, pool_, statements_max);
  std::map<std::string, std::optional<ReadyDocument>> found_;
  int failed_ = 0;
};

TEST_F(DocumentStoreTest, GivesTheDocumentAsItWasStored) {
  database_.execute(
      "insert into user_entitlements (user_id, document, version) "
      "values ('usr_1', '{\"z\" : 1,  \"a\": 2}', 7)");
  ask("usr_1");
  run();
  ASSERT_TRUE(found_["usr_1"]);
  EXPECT_EQ(found_["usr_1"]->text, "{\"z\" : 1,  \"a\": 2}");
  EXPECT_EQ(found_["usr_1"]->version, 7);
}

TEST_F(DocumentStoreTest, KnowsNothingOfAUserNeverSeenOrOnlyLocked) {
  database_.execute("insert into user_entitlements (user_id) values ('usr_locked')");
  ask("usr_never");
  ask("usr_locked");
  run();
  EXPECT_EQ(found_.size(), 2U);
  EXPECT_FALSE(found_["usr_never"]);
  EXPECT_FALSE(found_["usr_locked"]);
}

TEST_F(DocumentStoreTest, GivesEachOfManyReadersItsOwn) {
  add_users(1'500);
  for (int n = 1; n <= 1'500; ++n) ask("usr_" + std::to_string(n));
  ask("usr_7");
  run();
  ASSERT_EQ(found_.size(), 1'500U);
  for (int n = 1; n <= 1'500; ++n) {
    const auto& found = found_["usr_" + std::to_string(n)];
    ASSERT_TRUE(found);
    EXPECT_EQ(found->version, n);
  }
}

TEST_F(DocumentStoreTest, ReadersOfOneTurnShareAStatement) {
  add_users(64);
  database_.execute("create table looks (n integer)");
  database_.execute(
      "alter table user_entitlements rename to real_entitlements; "
      "create function look() returns integer language sql volatile as "
      "'insert into looks values (1) returning n'; "
      "create view user_entitlements as "
      "select r.* from (select look()) as l (n), real_entitlements r offset 0");
  for (int n = 1; n <= 64; ++n) ask("usr_" + std::to_string(n));
  run();
  ASSERT_EQ(found_.size(), 64U);
  EXPECT_EQ(database_.number("select count(*) from looks"), 1);
}

TEST_F(DocumentStoreTest, GivesManyAtOnceInTheOrderAsked) {
  add_users(2);
  std::vector<std::optional<ReadyDocument>> found;
  boost::asio::co_spawn(io_, documents_->find_all({"usr_2", "usr_never", "usr_1", "usr_2"}),
                        [&](const std::exception_ptr&, auto documents) { found = documents; });
  run();
  ASSERT_EQ(found.size(), 4U);
  EXPECT_EQ(found[0]->version, 2);
  EXPECT_FALSE(found[1]);
  EXPECT_EQ(found[2]->version, 1);
  EXPECT_EQ(found[3]->version, 2);
}

TEST_F(DocumentStoreTest, SaysThatItIsUnavailableAndRecovers) {
  add_users(1);
  database_.execute("alter table user_entitlements rename to hidden");
  ask("usr_1");
  ask("usr_2");
  run();
  EXPECT_EQ(failed_, 2);
  database_.execute("alter table hidden rename to user_entitlements");
  ask("usr_1");
  run();
  ASSERT_TRUE(found_["usr_1"]);
  EXPECT_EQ(found_["usr_1"]->version, 1);
}

}  // namespace
}  // namespace tollgate::entitlements
