// SPDX-License-Identifier: Apache-2.0
#include "entitlements/json/fact_json.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "entitlements/domain/ownership.hpp"
#include "stripe/object_json.hpp"

namespace tollgate::entitlements {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

template <class T, class Fill>
T made(Fill fill) {
  T object;
  fill(object);
  return object;
}

EventRow event(const std::string& id, const std::string& api_version,
               const stripe::Object& object) {
  EventRow row;
  row.key = {"", false, id};
  row.api_version = api_version;
  row.created = from_unix_seconds(1);
  row.kind = kind_of(object);
  row.object_id = std::visit([](const auto& it) { return it.id; }, object);
  row.customer_id = customer_of(object);
  row.state = to_json(object);
  row.outcome = Outcome::fact;
  return row;
}

Link link(const std::string& from, const std::string& to) { return {{"", false, from}, to}; }

TEST(FactJson, MakesAFactOfARow) {
  const Fact fact = fact_of(event("evt_1", "", made<stripe::Subscription>([](auto& it) {
                                    it.id = "sub_1";
                                    it.status = "canceled";
                                  })));
  EXPECT_EQ(fact.event_id, "evt_1");
  EXPECT_EQ(fact.object_id, "sub_1");
  ASSERT_TRUE(fact.state);
  EXPECT_TRUE(fact.state->stage.terminal);
  EXPECT_FALSE(fact.previous);
}

TEST(FactJson, RefusesAStateThatSomethingElseWrote) {
  EXPECT_THROW(read_state(stripe::ObjectKind::subscription, "[]"), std::runtime_error);
}

TEST(FactJson, KeepsOfAnEventsRenderingsTheNewestThatCanBeRead) {
  EventRow unreadable =
      event("evt_1", "2026-10-28.endive", made<stripe::Refund>([](auto& it) { it.id = "re_1"; }));
  unreadable.outcome = Outcome::dead_letter;
  const EventRow older =
      event("evt_1", "2020-08-27", made<stripe::Refund>([](auto& it) { it.id = "re_1"; }));
  const EventRow newer =
      event("evt_1", "2025-03-31.basil", made<stripe::Refund>([](auto& it) { it.id = "re_1"; }));
  const EventRow other = event("evt_2", "", made<stripe::Refund>([](auto& it) { it.id = "re_2"; }));
  const auto kept = newest_renderings({unreadable, older, newer, other});
  ASSERT_EQ(kept.size(), 2U);
  EXPECT_EQ(kept[0].api_version, "2025-03-31.basil");
  EXPECT_EQ(kept[1].key.id, "evt_2");
}

TEST(FactJson, LinksWhatNamesNoCustomerByEveryRendering) {
  const auto links = links_of({event("evt_1", "2020", made<stripe::Refund>([](auto& it) {
                                       it.id = "re_1";
                                       it.charge = "ch_1";
                                     })),
                               event("evt_1", "2026", made<stripe::Refund>([](auto& it) {
                                       it.id = "re_1";
                                       it.payment_intent = "pi_1";
                                     }))});
  EXPECT_THAT(links, ElementsAre(link("re_1", "ch_1"), link("re_1", "pi_1")));
}

TEST(FactJson, LinksNothingThatNamesItsCustomer) {
  EXPECT_THAT(links_of({event("evt_1", "", made<stripe::Charge>([](auto& it) {
                                it.id = "ch_1";
                                it.customer = "cus_1";
                                it.payment_intent = "pi_1";
                              }))}),
              IsEmpty());
}

TEST(FactJson, OnlyAPaidInvoiceOfAPeriodPaysForIt) {
  stripe::Invoice invoice;
  invoice.subscription = "sub_1";
  invoice.status = "paid";
  invoice.billing_reason = "subscription_cycle";
  EXPECT_TRUE(pays_for_a_period(invoice));
  invoice.billing_reason = "subscription_update";
  EXPECT_FALSE(pays_for_a_period(invoice));
  invoice.billing_reason = "subscription_create";
  invoice.status = "open";
  EXPECT_FALSE(pays_for_a_period(invoice));
}

TEST(Ownership, ACustomerBeforeAGuestAndTheLeastOfSeveral) {
  EXPECT_EQ(owner_of({.customers = {"cus_2", "cus_1"}, .guest_sessions = {"cs_1"}}), "cus_1");
  EXPECT_EQ(owner_of({.customers = {}, .guest_sessions = {"cs_2", "cs_1"}}), "cs_1");
  EXPECT_EQ(owner_of({}), "");
}

TEST(Ownership, ReferencesAreSortedAndEachThereOnce) {
  EXPECT_THAT(references_of(made<stripe::InvoicePayment>([](auto& it) {
                it.id = "inpay_1";
                it.invoice = "in_1";
                it.payment_intent = "a";
                it.charge = "a";
              })),
              ElementsAre("a", "in_1"));
  EXPECT_EQ(customer_of(made<stripe::Customer>([](auto& it) { it.id = "cus_1"; })), "cus_1");
  EXPECT_EQ(customer_of(made<stripe::Dispute>([](auto& it) { it.id = "dp_1"; })), "");
}

}  // namespace
}  // namespace tollgate::entitlements
