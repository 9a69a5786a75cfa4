// SPDX-License-Identifier: Apache-2.0
#include "entitlements/apply/find_kin.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <sstream>
#include <string>
#include <vector>

#include "entitlements/postgres/postgres_entitlements_store.hpp"
#include "entitlements/postgres/postgres_rebuild_store.hpp"
#include "entitlements/rebuild_entitlements.hpp"
#include "tests/integration/entitlements/buyer.hpp"
#include "tests/integration/entitlements/writer.hpp"

namespace tollgate::entitlements {
namespace {

using testing::ElementsAre;
using tests::Buyer;
using tests::event_body;
using tests::Guest;
using tests::member;
using tests::MigratedSchema;
using tests::Writer;

/// What Stripe tells about objects whose ids end with `_<name>`.
using Family = std::function<std::vector<std::string>(const std::string& name)>;

std::string payment_of(const std::string& name, int second, const std::string& customer) {
  return event_body("evt_pi" + std::to_string(second) + "_" + name, "payment_intent.succeeded",
                    Buyer::begun + second,
                    {"pi_" + name, "payment_intent",
                     member("status", "succeeded") +
                         (customer.empty() ? "" : member("customer", customer + "_" + name))});
}

std::string refund_of(const std::string& name) {
  return event_body("evt_re_" + name, "refund.created", Buyer::begun + 10,
                    {"re_" + name, "refund",
                     member("payment_intent", "pi_" + name) + member("status", "succeeded")});
}

class FindKinTest : public testing::Test {
 protected:
  /// Each order of the events, each at once and one by one, about objects of its own.
  void play_in_every_order(const Family& family) {
    std::vector<std::size_t> order(family("0").size());
    for (std::size_t at = 0; at < order.size(); ++at) order[at] = at;
    do {
      for (const bool at_once : {true, false}) play(family, order, at_once);
    } while (std::ranges::next_permutation(order).found);
  }

  /// The ids' names are cut off, so that all orders should read the same.
  std::vector<std::string> owners() {
    return database_.rows(
        "select distinct split_part(id, '_', 1), split_part(owner_id, '_', 1) "
        "from stripe_objects where kind is not null order by 1");
  }

  bool rebuild_finds_nothing() {
    const auto rebuilding = make_postgres_rebuild_store(database_.schema().options());
    const auto store = make_postgres_entitlements_store(database_.schema().options());
    const tests::FixedClock clock{Buyer::begun + 3600};
    std::ostringstream progress;
    RebuildEntitlements use_case{*rebuilding, *store,   tests::development_catalog(),
                                 clock,       progress, Display::lines};
    return use_case.run(Mend::no).nothing_differs();
  }

  MigratedSchema database_;

 private:
  void play(const Family& family, const std::vector<std::size_t>& order, bool at_once) {
    const std::vector<std::string> events = family(std::to_string(++families_));
    std::vector<std::string> batch;
    for (const std::size_t at : order) batch.push_back(events[at]);
    if (at_once) {
      ASSERT_EQ(writer_.apply(batch), Applied::all);
      return;
    }
    for (const std::string& event : batch) ASSERT_EQ(writer_.apply({event}), Applied::all);
  }

  Writer writer_{database_};
  int families_ = 0;
};

TEST_F(FindKinTest, AGuestsRelativesBelongToHisSessionHoweverFarTheyAre) {
  play_in_every_order([](const std::string& name) -> std::vector<std::string> {
    const Guest guest{name};
    return {guest.session_completed(), guest.payment_succeeded(), guest.charge_succeeded(),
            guest.refunded(), guest.dispute_opened()};
  });
  EXPECT_THAT(owners(), ElementsAre("ch|cs", "cs|cs", "dp|cs", "pi|cs", "re|cs"));
  EXPECT_TRUE(rebuild_finds_nothing());
}

TEST_F(FindKinTest, APaymentThatNamesNoCustomerAnyMoreIsItsSessionsWithWhatHangsOnIt) {
  play_in_every_order([](const std::string& name) -> std::vector<std::string> {
    return {payment_of(name, 1, "cus"), payment_of(name, 2, ""), refund_of(name),
            Guest{name}.session_completed()};
  });
  EXPECT_THAT(owners(), ElementsAre("cs|cs", "pi|cs", "re|cs"));
  EXPECT_TRUE(rebuild_finds_nothing());
}

std::string invoice_of(const std::string& name) {
  return event_body(
      "evt_in_" + name, "invoice.paid", Buyer::begun,
      {"in_" + name, "invoice", member("status", "paid") + member("customer", "cus_" + name)});
}

std::string invoice_payment_of(const std::string& name) {
  return event_body(
      "evt_inpay_" + name, "invoice_payment.paid", Buyer::begun,
      {"inpay_" + name, "invoice_payment",
       member("status", "paid") + member("invoice", "in_" + name) +
           R"(, "payment": {"type": "payment_intent", "payment_intent": "pi_)" + name + R"("})"});
}

TEST_F(FindKinTest, ARefundFindsTheInvoicesCustomerAlsoByAPaymentThatNobodyTold) {
  play_in_every_order([](const std::string& name) -> std::vector<std::string> {
    return {invoice_of(name), invoice_payment_of(name), refund_of(name)};
  });
  EXPECT_THAT(owners(), ElementsAre("in|cus", "inpay|cus", "re|cus"));
  EXPECT_TRUE(rebuild_finds_nothing());
}

TEST_F(FindKinTest, WhatAPaymentNamedOnceIsNotWhoseItsRefundIs) {
  play_in_every_order([](const std::string& name) -> std::vector<std::string> {
    return {payment_of(name, 1, "former"), payment_of(name, 2, ""), invoice_of(name),
            invoice_payment_of(name), refund_of(name)};
  });
  EXPECT_THAT(owners(), ElementsAre("in|cus", "inpay|cus", "pi|cus", "re|cus"));
  EXPECT_TRUE(rebuild_finds_nothing());
}

TEST_F(FindKinTest, APaymentBelongsToTheCustomerOfTheInvoiceThatItPays) {
  play_in_every_order([](const std::string& name) -> std::vector<std::string> {
    return {invoice_of(name), invoice_payment_of(name), payment_of(name, 1, ""), refund_of(name)};
  });
  EXPECT_THAT(owners(), ElementsAre("in|cus", "inpay|cus", "pi|cus", "re|cus"));
  EXPECT_TRUE(rebuild_finds_nothing());
}

}  // namespace
}  // namespace tollgate::entitlements
