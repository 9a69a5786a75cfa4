// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "entitlements/postgres/postgres_entitlements_store.hpp"
#include "entitlements/read/find_facts.hpp"
#include "postgres/transaction.hpp"
#include "tests/integration/entitlements/buyer.hpp"
#include "tests/integration/entitlements/writer.hpp"

namespace tollgate::entitlements {
namespace {

using tests::Buyer;
using tests::member;
using tests::MigratedSchema;
using tests::StripeObject;
using tests::Writer;

constexpr std::size_t bodies_of_batch = 1'000;

/// One renewal: its invoice is paid, by a charge of a payment intent.
std::vector<std::string> renewal(const Buyer& buyer, std::int64_t number) {
  const std::int64_t at = Buyer::begun + 100 + number;
  const std::string mark = buyer.name + "_" + std::to_string(number);
  const std::string owned = member("customer", buyer.customer) + member("currency", "usd");
  const auto event = [&](const char* type, const StripeObject& object) {
    return tests::event_body("evt_" + object.id, type, at, object);
  };
  return {
      event("invoice.paid",
            {"in_" + mark, "invoice",
             owned + member("subscription", buyer.subscription) + member("status", "paid") +
                 member("billing_reason", "subscription_cycle") + member("amount_paid", 1900) +
                 member("created", at)}),
      event("invoice_payment.paid",
            {"inpay_" + mark, "invoice_payment",
             member("invoice", "in_" + mark) + member("status", "paid") +
                 member("amount_paid", 1900) + ", \"payment\": {\"type\": \"payment_intent\"" +
                 member("payment_intent", "pi_" + mark) + "}"}),
      event("payment_intent.succeeded",
            {"pi_" + mark, "payment_intent",
             owned + member("status", "succeeded") + member("amount", 1900) +
                 member("latest_charge", "ch_" + mark)}),
      event("charge.succeeded", {"ch_" + mark, "charge",
                                 owned + member("payment_intent", "pi_" + mark) +
                                     member("status", "succeeded") + member("amount", 1900)}),
  };
}

void apply_in_batches(Writer& writer, const std::vector<std::string>& bodies) {
  for (std::size_t at = 0; at < bodies.size(); at += bodies_of_batch) {
    const auto begin = bodies.begin() + static_cast<std::ptrdiff_t>(at);
    const auto end =
        begin + static_cast<std::ptrdiff_t>(std::min(bodies_of_batch, bodies.size() - at));
    ASSERT_EQ(writer.apply({begin, end}), Applied::all);
  }
}

void live_for(Writer& writer, const Buyer& buyer, int invoices) {
  std::vector<std::string> bodies = buyer.first_checkout();
  for (int number = 1; number < invoices; ++number) {
    const std::vector<std::string> more = renewal(buyer, number);
    bodies.insert(bodies.end(), more.begin(), more.end());
  }
  apply_in_batches(writer, bodies);
}

struct Cost {
  std::size_t objects = 0;     ///< handed to derive
  std::int64_t rows_read = 0;  ///< by PostgreSQL, in the table of objects and of links
};

/// What finding the facts of one customer takes, as PostgreSQL counts it for this transaction.
Cost cost_of_finding(const MigratedSchema& database, const Buyer& buyer) {
  static constexpr postgres::Query count{"count_rows_read", R"(
    select sum(seq_tup_read + idx_tup_fetch)::int8 from pg_stat_xact_user_tables
    where schemaname = current_schema() and relname in ('stripe_objects', 'links', 'events'))"};
  postgres::Connection connection{database.schema().options()};
  postgres::Transaction transaction{connection};
  const auto source = make_postgres_transaction(transaction);
  const std::vector<Key> owners{{"", false, buyer.customer}};
  FoundObjects found = find_objects_by_owner(*source, owners);
  find_payments(*source, {}, found);
  return {found.begin()->second.size(), transaction.run(count).integer(0, 0)};
}

TEST(DeriveCost, GrowsWithLiveFactsAndNotWithTheHistoryOfTenThousandInvoices) {
  MigratedSchema database;
  Writer writer{database};
  const Buyer young{"young"}, old{"old"};
  ASSERT_NO_FATAL_FAILURE(live_for(writer, young, 2));
  ASSERT_NO_FATAL_FAILURE(live_for(writer, old, 10'000));
  ASSERT_EQ(database.number("select count(*) from stripe_objects where pays_for = 'sub_old'"),
            10'000);
  ASSERT_EQ(database.answer_of(old.user_id).plan, "professional");

  const Cost of_young = cost_of_finding(database, young), of_old = cost_of_finding(database, old);
  // Customer, subscription, session, both invoices that matter, and how they were paid.
  EXPECT_EQ(of_young.objects, of_old.objects);
  EXPECT_EQ(of_young.rows_read, of_old.rows_read);
  EXPECT_GE(of_old.rows_read, static_cast<std::int64_t>(of_old.objects));

  // A refund of the latest payment is one more live fact, and is found among all of them.
  ASSERT_EQ(writer.apply(
                {tests::event_body("evt_re", "refund.created", Buyer::begun + 20'000,
                                   {"re_old", "refund",
                                    member("payment_intent", "pi_old_9999") +
                                        member("status", "succeeded") + member("amount", 1900)})}),
            Applied::all);
  EXPECT_EQ(database.answer_of(old.user_id).plan, "free");
  EXPECT_EQ(cost_of_finding(database, old).objects, of_old.objects + 1);
}

}  // namespace
}  // namespace tollgate::entitlements
