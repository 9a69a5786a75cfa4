// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <set>

#include "entitlements/postgres/postgres_lists.hpp"
#include "postgres/transaction.hpp"
#include "tests/integration/entitlements/reader.hpp"

namespace tollgate::entitlements {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using tests::Buyer;
using tests::cursor_in;
using tests::Guest;

using Ids = std::vector<std::string>;

/// The ids of a page's rows.
Ids ids_in(const std::string& page) {
  constexpr std::string_view key = "{\"id\":\"";
  Ids ids;
  for (auto found = page.find(key); found != std::string::npos; found = page.find(key, found + 1)) {
    const auto begin = found + key.size();
    ids.push_back(page.substr(begin, page.find('"', begin) - begin));
  }
  return ids;
}

/// Of all pages, with `between` called after each.
template <class Read>
Ids ids_of_pages(
    std::size_t limit, Read read, const std::function<void()>& between = [] {}) {
  Ids ids;
  std::string cursor;
  do {
    const std::string page = read(PageQuery{limit, cursor});
    const Ids more = ids_in(page);
    ids.insert(ids.end(), more.begin(), more.end());
    cursor = cursor_in(page);
    between();
  } while (!cursor.empty());
  return ids;
}

class ListsTest : public testing::Test {
 protected:
  /// A subscription of its own customer, made at that second.
  std::string subscription(const std::string& name, std::int64_t created,
                           const std::string& more = {}) {
    return tests::event_body("evt_sub_" + name, "customer.subscription.created", created,
                             {"sub_" + name, "subscription",
                              ", \"customer\": \"cus_" + name + "\", \"created\": " +
                                  std::to_string(created) + ", \"status\": \"active\"" + more});
  }

  tests::MigratedSchema database_;
  tests::Writer writer_{database_};
  tests::Reader reader_{database_};
  Buyer buyer_{"1"};
};

TEST_F(ListsTest, ASubscriptionIsListedWithAllItsColumns) {
  writer_.apply(buyer_.first_checkout());
  EXPECT_EQ(reader_.subscriptions(),
            R"({"data":[{"id":"sub_1","account":null,"livemode":false,)"
            R"("created":"2026-12-11T14:40:01Z","customer_id":"cus_1","user_id":"usr_1",)"
            R"("status":"active","plan":"professional","price_ids":["price_1"],"quantity":1,)"
            R"("current_period_start":"2026-12-11T14:40:00Z",)"
            R"("current_period_end":"2027-01-10T14:40:00Z","cancel_at":null,"canceled_at":null,)"
            R"("ended_at":null,"trial_end":null,"paid_through":null}],"next_cursor":null})");
}

TEST_F(ListsTest, SubscriptionsCanBeFiltered) {
  writer_.apply(buyer_.first_checkout());
  writer_.apply(
      {subscription("none", Buyer::begun), Buyer{"2"}.subscription_is("past_due", Buyer::begun)});
  EXPECT_THAT(ids_in(reader_.subscriptions({"usr_1", "", ""})), ElementsAre("sub_1"));
  EXPECT_THAT(ids_in(reader_.subscriptions({"", "past_due", ""})), ElementsAre("sub_2"));
  EXPECT_THAT(ids_in(reader_.subscriptions({"", "", "professional"})),
              ElementsAre("sub_2", "sub_1"));
  EXPECT_THAT(ids_in(reader_.subscriptions({"usr_2", "active", ""})), IsEmpty());
  EXPECT_THAT(ids_in(reader_.subscriptions({"usr_2", "", "professional"})), ElementsAre("sub_2"));
}

TEST_F(ListsTest, NoPageOfSubscriptionsMissesOrRepeatsARow) {
  std::vector<std::string> events;
  for (int n = 0; n < 25; ++n) {
    events.push_back(subscription(std::to_string(n), Buyer::begun + n / 4));
  }
  writer_.apply(events);
  const Ids whole = ids_in(reader_.subscriptions());
  EXPECT_EQ(std::set(whole.begin(), whole.end()).size(), 25U);
  EXPECT_EQ(whole.front(), "sub_24");
  int later = 0;
  const auto buy_and_renew = [&] {
    // A newer one, and another state of a listed one: neither moves the pages.
    ++later;
    writer_.apply({subscription("new" + std::to_string(later), Buyer::begun + 1'000 + later)});
    database_.execute("update stripe_objects set status = 'past_due' where id = 'sub_" +
                      std::to_string(later) + "'");
  };
  const auto read = [&](PageQuery page) { return reader_.subscriptions({}, std::move(page)); };
  EXPECT_EQ(ids_of_pages(7, read, buy_and_renew), whole);
}

TEST_F(ListsTest, OfOneUserTheyComeInPagesToo) {
  std::vector<std::string> events;
  for (int n = 0; n < 5; ++n) {
    events.push_back(subscription(std::to_string(n), Buyer::begun + n,
                                  R"(, "metadata": {"user_id": "usr_many"})"));
  }
  writer_.apply(events);
  const auto read = [&](PageQuery page) {
    return reader_.subscriptions({"usr_many", "", ""}, std::move(page));
  };
  EXPECT_THAT(ids_of_pages(2, read), ElementsAre("sub_4", "sub_3", "sub_2", "sub_1", "sub_0"));
}

TEST_F(ListsTest, WhatBelongsToNobodyIsAnOrphanUntilItDoes) {
  writer_.apply({subscription("lone", Buyer::begun), buyer_.customer_created()});
  EXPECT_THAT(reader_.orphans(),
              AllOf(HasSubstr(R"("id":"sub_lone")"), HasSubstr(R"("kind":"subscription")"),
                    HasSubstr(R"("reason":"no_user","customer_id":"cus_lone")"),
                    HasSubstr(R"("event_id":"evt_sub_lone")"), Not(HasSubstr("cus_1"))));
  writer_.apply(
      {tests::event_body("evt_named", "customer.updated", Buyer::begun + 9,
                         {"cus_lone", "customer", R"(, "metadata": {"user_id": "usr_found"})"})});
  EXPECT_THAT(ids_in(reader_.orphans()), IsEmpty());
}

TEST_F(ListsTest, ARefundOfAnUnknownPaymentIsAnOrphanUntilThePaymentCame) {
  const Guest guest{"9"};
  writer_.apply({guest.refunded()});
  EXPECT_THAT(reader_.orphans(),
              AllOf(HasSubstr(R"("id":"re_9")"), HasSubstr(R"("reason":"no_customer")"),
                    HasSubstr(R"("customer_id":null,"owner_id":null)")));
  writer_.apply({guest.charge_succeeded(), guest.payment_succeeded(), guest.session_completed()});
  EXPECT_THAT(ids_in(reader_.orphans()), IsEmpty());
}

TEST_F(ListsTest, AConflictIsShownWithBothUsersUntilItIsSettled) {
  writer_.apply(buyer_.first_checkout());
  Buyer other{"1"};
  other.name = "other";
  other.user_id = "usr_other";
  other.session = "cs_other";
  writer_.apply({other.session_completed()});
  const std::string orphans = reader_.orphans({"usr_other", "", ""});
  EXPECT_THAT(ids_in(orphans), testing::UnorderedElementsAre("sub_1", "cs_1", "cs_other", "cus_1"));
  EXPECT_THAT(orphans, HasSubstr(R"("reason":"conflict","customer_id":"cus_1","owner_id":"cus_1",)"
                                 R"("user_ids":["usr_1","usr_other"])"));
  EXPECT_THAT(ids_in(reader_.orphans({"usr_third", "", ""})), IsEmpty());
  EXPECT_THAT(ids_in(reader_.orphans({"", "", "professional"})), ElementsAre("sub_1"));
  EXPECT_THAT(ids_in(reader_.orphans({"", "complete", ""})).size(), 2U);
  EXPECT_THAT(ids_in(reader_.orphans({"", "complete/paid", ""})), IsEmpty());
  EXPECT_THAT(ids_in(reader_.subscriptions({"usr_1", "", ""})), IsEmpty());
  writer_.apply(
      {tests::event_body("evt_settled", "customer.updated", Buyer::begun + 99,
                         {"cus_1", "customer", R"(, "metadata": {"user_id": "usr_1"})"})});
  EXPECT_THAT(ids_in(reader_.orphans()), IsEmpty());
}

TEST_F(ListsTest, NoPageOfOrphansMissesARow) {
  std::vector<std::string> events;
  for (int n = 0; n < 9; ++n)
    events.push_back(subscription(std::to_string(n), Buyer::begun + n / 3));
  writer_.apply(events);
  const Ids whole = ids_in(reader_.orphans());
  EXPECT_EQ(whole.size(), 9U);
  const auto read = [&](PageQuery page) { return reader_.orphans({}, std::move(page)); };
  EXPECT_EQ(ids_of_pages(2, read), whole);
}

TEST_F(ListsTest, APageOfOrphansReadsNoOwnerWhoIsBound) {
  writer_.apply({subscription("lone", Buyer::begun)});
  database_.execute(
      "insert into owners (account, livemode, owner_id, user_id) "
      "select '', false, 'cus_bound_' || n, 'usr_' || n from generate_series(1, 20000) as n; "
      "analyze owners");
  static constexpr postgres::Query count{"count_owners_read", R"(
    select sum(seq_tup_read + idx_tup_fetch)::int8 from pg_stat_xact_user_tables
    where schemaname = current_schema() and relname = 'owners')"};
  postgres::Connection connection{database_.schema().options()};
  postgres::Transaction transaction{connection};
  EXPECT_EQ(select_orphans(transaction, {}, {}, 100).size(), 1U);
  EXPECT_LE(transaction.run(count).integer(0, 0), 10);
}

TEST_F(ListsTest, ADeadLetterIsShownWithItsPlaceAndOnRequestItsBytes) {
  writer_.apply({tests::event_body("evt_bad", "customer.subscription.updated", Buyer::begun,
                                   {"sub_bad", "subscription", ", \"status\": 7"})},
                3);
  EXPECT_THAT(reader_.dead_letters(),
              AllOf(HasSubstr(R"("id":"evt_bad","type":"customer.subscription.updated",)"
                              R"("reason":"wrong_type:status","topic":"stripe.events",)"
                              R"("partition":3,"position":0)"),
                    Not(HasSubstr(R"("body":)"))));
  // The body begins with {"id": "evt, in base64.
  EXPECT_THAT(reader_.dead_letters(11), HasSubstr(R"("body":"eyJpZCI6ICJldnQ=")"));
  const std::string whole = reader_.dead_letters(32'768);
  EXPECT_THAT(whole, Not(HasSubstr("\\n")));
}

TEST_F(ListsTest, DeadLettersOfOneMomentComeInPages) {
  const std::vector<std::string> junk(5, "no json");
  writer_.apply(junk);
  const auto positions = [&](PageQuery page) { return reader_.dead_letters(0, std::move(page)); };
  std::string seen, cursor;
  do {
    const std::string page = positions({2, cursor});
    for (auto at = page.find("\"position\":"); at != std::string::npos;
         at = page.find("\"position\":", at + 1)) {
      seen += page.at(at + 11);
    }
    cursor = cursor_in(page);
  } while (!cursor.empty());
  EXPECT_EQ(seen, "43210");
}

TEST_F(ListsTest, AHistoryTellsEachChangeWithItsEvent) {
  writer_.apply(buyer_.first_checkout());
  writer_.apply({buyer_.subscription_deleted(Buyer::begun + 100)}, 1);
  const std::string newest = reader_.history(buyer_.user_id, {1, {}});
  EXPECT_THAT(newest, AllOf(HasSubstr(R"({"version":2,"before":{"plan":"professional",)"),
                            HasSubstr(R"("after":{"plan":"free","is_premium":false)"),
                            HasSubstr(R"("cause":{"kind":"event","event_id":"evt_1_sub_deleted")"),
                            HasSubstr(R"("topic":"stripe.events","partition":1,"position":0)")));
  writer_.apply({buyer_.refunded(Buyer::begun + 200)});
  const std::string first = reader_.history(buyer_.user_id, {1, cursor_in(newest)});
  EXPECT_THAT(first, AllOf(HasSubstr(R"({"version":1,"before":null,)"),
                           HasSubstr(R"("next_cursor":null)")));
  EXPECT_EQ(reader_.history("usr_never"), R"({"data":[],"next_cursor":null})");
}

TEST_F(ListsTest, WhenASubscriptionIsListedNeverChanges) {
  const char* select = "select listed_at from stripe_objects where kind = 'subscription'";
  writer_.apply(buyer_.first_checkout());
  const auto before = database_.rows(select);
  ASSERT_EQ(before.size(), 1U);
  writer_.apply({buyer_.subscription_is("past_due", Buyer::begun + 100)});
  writer_.apply({buyer_.subscription_deleted(Buyer::begun + 200)});
  EXPECT_EQ(database_.rows(select), before);
}

}  // namespace
}  // namespace tollgate::entitlements
