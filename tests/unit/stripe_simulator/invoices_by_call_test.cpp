// SPDX-License-Identifier: Apache-2.0
// Invoice items and invoices that a shop makes by calls: what waits, what takes it, what a draft
// says, and how it is paid, sent, voided or deleted.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "shop.hpp"

namespace tollgate::simulator {
namespace {

using testing::Contains;
using tests::day_s;
using tests::hour_s;
using tests::Shop;

class InvoicesByCall : public testing::Test {
 protected:
  InvoicesByCall() : customer_(shop_.customer_with("pm_card_visa")) { shop_.new_event_types(); }
  Shop::Answer item(const std::string& further) {
    return shop_.post("/v1/invoiceitems", "customer=" + customer_ + "&" + further);
  }
  Shop::Answer invoice(const std::string& further = {}) {
    return shop_.post("/v1/invoices", "customer=" + customer_ + further);
  }
  Shop::Answer act(const std::string& invoice, const std::string& verb,
                   const std::string& form = {}) {
    return shop_.post("/v1/invoices/" + invoice + "/" + verb, form);
  }

  Shop shop_;
  std::string customer_;
};

TEST_F(InvoicesByCall, TakeWhatWaitsWhenTheyAreToldTo) {
  const auto made = item("amount=2500&currency=usd&description=Set-up&metadata[order]=7");
  ASSERT_EQ(made.status, 200U) << made.error()["message"].text();
  EXPECT_EQ(made.body["object"].text(), "invoiceitem");
  EXPECT_TRUE(made.body["invoice"].is_null());
  EXPECT_TRUE(made.body["parent"].is_null());
  EXPECT_EQ(invoice().body["lines"]["data"].items().size(), 0U);
  const auto taken = invoice("&pending_invoice_items_behavior=include");
  EXPECT_EQ(taken.body["status"].text(), "draft");
  EXPECT_EQ(taken.body["billing_reason"].text(), "manual");
  EXPECT_EQ(taken.body["amount_due"].integer(), 2500);
  const Json& line = taken.body["lines"]["data"].items().at(0);
  EXPECT_EQ(line["description"].text(), "Set-up");
  EXPECT_EQ(line.at("metadata.order").text(), "7");
  EXPECT_EQ(line.at("parent.invoice_item_details.invoice_item").text(), made.id());
  EXPECT_EQ(shop_.shown(made.id())["invoice"].text(), taken.id());
  EXPECT_THAT(shop_.new_event_types(), Contains("invoiceitem.created"));
}

TEST_F(InvoicesByCall, ArePaidOnceTheyAreFinal) {
  const std::string id = invoice().id();
  item("invoice=" + id + "&pricing[price]=" + shop_.book + "&quantity=2");
  EXPECT_EQ(shop_.shown(id)["amount_due"].integer(), 5800);
  shop_.new_event_types();
  const auto open = act(id, "finalize");
  EXPECT_EQ(open.body["status"].text(), "open");
  EXPECT_TRUE(open.body["parent"].is_null());
  EXPECT_EQ(item("invoice=" + id + "&amount=1&currency=usd").error()["code"].text(),
            "invoice_not_editable");
  const auto paid = act(id, "pay");
  EXPECT_EQ(paid.body["status"].text(), "paid");
  EXPECT_EQ(paid.body["amount_paid"].integer(), 5800);
  const auto types = shop_.new_event_types();
  for (const char* type :
       {"invoice.finalized", "payment_intent.succeeded", "invoice.paid", "invoice_payment.paid"}) {
    EXPECT_THAT(types, Contains(type));
  }
  EXPECT_EQ(act(id, "pay").error()["code"].text(), "invoice_already_paid");
}

TEST_F(InvoicesByCall, GoOnByThemselvesOnlyWhenTheyAdvance) {
  item("amount=100&currency=usd");
  const std::string still = invoice("&pending_invoice_items_behavior=include").id();
  item("amount=200&currency=usd");
  const std::string moving =
      invoice("&pending_invoice_items_behavior=include&auto_advance=true").id();
  shop_.pass(hour_s);
  EXPECT_EQ(shop_.shown(still)["status"].text(), "draft");
  EXPECT_EQ(shop_.shown(moving)["status"].text(), "paid");
  act(still, "finalize", "auto_advance=true");
  EXPECT_EQ(shop_.shown(still)["status"].text(), "open");
  shop_.pass(hour_s);
  EXPECT_EQ(shop_.shown(still)["status"].text(), "paid");
}

TEST_F(InvoicesByCall, AreDeletedAsDraftsAndVoidedOrGivenUpLater) {
  const std::string waiting = item("amount=100&currency=usd").id();
  const std::string draft = invoice("&pending_invoice_items_behavior=include").id();
  EXPECT_TRUE(shop_.remove("/v1/invoices/" + draft).body["deleted"].flag());
  EXPECT_THAT(shop_.new_event_types(), Contains("invoice.deleted"));
  EXPECT_TRUE(shop_.shown(waiting)["invoice"].is_null());
  EXPECT_EQ(shop_.get("/v1/invoices/" + draft).status, 404U);
  const std::string id = invoice("&pending_invoice_items_behavior=include").id();
  act(id, "finalize");
  EXPECT_EQ(shop_.remove("/v1/invoices/" + id).status, 400U);
  EXPECT_EQ(act(id, "mark_uncollectible").body["status"].text(), "uncollectible");
  EXPECT_EQ(act(id, "void").body["status"].text(), "void");
  EXPECT_EQ(act(id, "pay").status, 400U);
}

TEST_F(InvoicesByCall, AreSentToThosePayingLater) {
  EXPECT_EQ(invoice("&collection_method=send_invoice").error()["param"].text(), "days_until_due");
  const auto made = invoice("&collection_method=send_invoice&days_until_due=14&auto_advance=true");
  EXPECT_EQ(made.body["due_date"].integer(), shop_.world.now() + 14 * day_s);
  item("invoice=" + made.id() + "&amount=700&currency=usd");
  shop_.new_event_types();
  EXPECT_EQ(act(made.id(), "send").body["status"].text(), "open");
  EXPECT_THAT(shop_.new_event_types(), Contains("invoice.sent"));
  shop_.pass(2 * hour_s);
  EXPECT_EQ(shop_.shown(made.id())["status"].text(), "open");
  EXPECT_EQ(act(made.id(), "pay", "paid_out_of_band=true").body["status"].text(), "paid");
}

TEST_F(InvoicesByCall, ChangeWithTheirItems) {
  const std::string id = invoice().id();
  const std::string first = item("invoice=" + id + "&amount=500&currency=usd").id();
  const std::string second = item("invoice=" + id + "&amount=300&currency=usd").id();
  shop_.post("/v1/invoiceitems/" + first, "amount=900&description=More");
  EXPECT_EQ(shop_.shown(id)["total"].integer(), 1200);
  EXPECT_TRUE(shop_.remove("/v1/invoiceitems/" + second).body["deleted"].flag());
  EXPECT_EQ(shop_.shown(id)["total"].integer(), 900);
  EXPECT_THAT(shop_.new_event_types(), Contains("invoiceitem.deleted"));
  EXPECT_EQ(shop_.get("/v1/invoiceitems", "invoice=" + id).body["data"].items().size(), 1U);
}

TEST_F(InvoicesByCall, LeaveTheRestToTheNextRenewal) {
  const std::string subscription = shop_.subscribe(customer_).id();
  item("amount=250&currency=usd");
  item("amount=50&currency=usd&subscription=" + subscription);
  item("amount=99&currency=eur");
  shop_.pass(31 * day_s + hour_s);
  const Json renewal = shop_.shown(shop_.shown(subscription)["latest_invoice"].text());
  EXPECT_EQ(renewal["amount_paid"].integer(), 1300);
  EXPECT_EQ(shop_.get("/v1/invoiceitems", "pending=true").body["data"].items().size(), 1U);
}

TEST_F(InvoicesByCall, RefuseWhatTheyCannotBill) {
  EXPECT_EQ(item("currency=usd").error()["param"].text(), "amount");
  EXPECT_EQ(item("amount=5").error()["param"].text(), "currency");
  EXPECT_EQ(item("pricing[price]=" + shop_.basic).error()["param"].text(), "pricing[price]");
  EXPECT_EQ(item("amount=5&currency=usd&invoice=in_none").error()["code"].text(),
            "resource_missing");
  EXPECT_EQ(shop_.post("/v1/invoices", "").error()["param"].text(), "customer");
  const std::string subscription = shop_.subscribe(customer_).id();
  EXPECT_EQ(invoice("&subscription=" + subscription).error()["code"].text(),
            "invoice_no_subscription_line_items");
}

TEST_F(InvoicesByCall, ShowTenOfTheirLinesAndListThemAll) {
  const std::string id = invoice().id();
  for (int i = 0; i < 12; ++i) item("invoice=" + id + "&amount=10&currency=usd");
  const auto shown = shop_.get("/v1/invoices/" + id);
  EXPECT_EQ(shown.body["total"].integer(), 120);
  EXPECT_EQ(shown.body["lines"]["data"].items().size(), 10U);
  EXPECT_TRUE(shown.body["lines"]["has_more"].flag());
  EXPECT_EQ(shown.body["lines"]["total_count"].integer(), 12);
  const auto all = shop_.get("/v1/invoices/" + id + "/lines", "limit=100");
  EXPECT_EQ(all.body["data"].items().size(), 12U);
  EXPECT_FALSE(all.body["has_more"].flag());
}

}  // namespace
}  // namespace tollgate::simulator
