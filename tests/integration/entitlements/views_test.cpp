// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/integration/entitlements/buyer.hpp"
#include "tests/integration/entitlements/writer.hpp"

namespace tollgate::entitlements {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;

class ViewsTest : public testing::Test {
 protected:
  tests::MigratedSchema database_;
  tests::Writer writer_{database_};
  tests::Buyer buyer_{"1"};
};

TEST_F(ViewsTest, ASubscriptionIsShownWithUserPlanAndPeriod) {
  writer_.apply(buyer_.first_checkout());
  EXPECT_THAT(
      database_.rows("select id, account, customer_id, user_id, status, plan, price_ids, "
                     "quantity, current_period_end, cancel_at, ended_at from subscriptions"),
      ElementsAre("sub_1||cus_1|usr_1|active|professional|[\"price_1\"]|1|"
                  "2027-01-10T14:40:00+00:00"));
}

/// Columns with their types, in alphabetical order.
std::string columns_query(const std::string& view) {
  return "select column_name, data_type from information_schema.columns where table_schema = "
         "current_schema() and table_name = '" +
         view + "' order by column_name";
}

TEST_F(ViewsTest, SubscriptionsHaveEveryColumnThatPeopleAreTold) {
  const auto columns = database_.rows(columns_query("subscriptions"));
  for (const char* name : {"id", "account", "customer_id", "user_id", "status", "plan"}) {
    EXPECT_THAT(columns, Contains(std::string{name} + "|text"));
  }
  EXPECT_THAT(columns, Contains("price_ids|ARRAY"));
  EXPECT_THAT(columns, Contains("quantity|bigint"));
  for (const char* name : {"current_period_start", "current_period_end", "cancel_at", "canceled_at",
                           "ended_at", "trial_end", "paid_through"}) {
    EXPECT_THAT(columns, Contains(std::string{name} + "|timestamp with time zone"));
  }
}

TEST_F(ViewsTest, TheOtherViewsNameTheirUserAndTheirMoney) {
  EXPECT_THAT(database_.rows(columns_query("customers")),
              AllOf(Contains("id|text"), Contains("account|text"), Contains("user_id|text"),
                    Contains("conflict|boolean")));
  EXPECT_THAT(database_.rows(columns_query("invoices")),
              AllOf(Contains("id|text"), Contains("customer_id|text"), Contains("user_id|text"),
                    Contains("subscription_id|text"), Contains("status|text"),
                    Contains("amount_paid|bigint"), Contains("currency|text")));
  EXPECT_THAT(database_.rows(columns_query("payments")),
              AllOf(Contains("id|text"), Contains("customer_id|text"), Contains("user_id|text"),
                    Contains("status|text"), Contains("amount|bigint"),
                    Contains("amount_refunded|bigint"), Contains("currency|text")));
}

TEST_F(ViewsTest, ASubscriptionThatEndsWithItsPeriodShowsWhen) {
  database_.execute(
      "insert into stripe_objects (account, livemode, id, kind, state, status, terminal, deleted, "
      "tie, rank, created, status_since, since_settled, event_id, thin, revision) values ('', "
      "false, "
      "'sub_2', 'subscription', '{\"cancel_at_period_end\": true, \"items\": [{\"period_end\": "
      "1797003600}, {\"period_end\": 1797000000}]}', 'active', false, false, 'sole', 0, now(), "
      "now(), true, 'evt', false, 1)");
  EXPECT_THAT(database_.rows("select cancel_at from subscriptions"),
              ElementsAre("2026-12-11T14:40:00+00:00"));
}

TEST_F(ViewsTest, APaymentShowsWhatCameBackOfIt) {
  writer_.apply(buyer_.first_checkout());
  EXPECT_THAT(database_.rows("select id, user_id, amount, amount_refunded from payments"),
              ElementsAre("pi_1|usr_1|1900|0"));
  writer_.apply({buyer_.refunded(tests::Buyer::begun + 100)});
  EXPECT_THAT(database_.rows("select amount_refunded from payments"), ElementsAre("1900"));
}

TEST_F(ViewsTest, InvoicesAndCustomersNameTheirUser) {
  writer_.apply(buyer_.first_checkout());
  EXPECT_THAT(
      database_.rows("select id, user_id, subscription_id, status, amount_paid from invoices"),
      ElementsAre("in_1|usr_1|sub_1|paid|1900"));
  EXPECT_THAT(database_.rows("select id, user_id, conflict, email, deleted from customers"),
              ElementsAre("cus_1|usr_1|false|zoe@shop.test|false"));
}

}  // namespace
}  // namespace tollgate::entitlements
