// SPDX-License-Identifier: Apache-2.0
// What is read of each kind of object, and which events say nothing about access.
#include "stripe/object_json.hpp"
#include "tests/unit/stripe/normalise_event.hpp"

namespace tollgate::stripe {
namespace {

template <class T>
T read(const std::string& type, const std::string& object) {
  const auto event = normalised(event_body(type, object));
  auto state = object_from_json<T>(event.state);
  EXPECT_TRUE(state) << event.state;
  return state ? *state : T{};
}

TEST(NormaliseCheckoutSession, ReadsWhatBindsAndWhatWasPaid) {
  const auto session = read<CheckoutSession>(
      "checkout.session.completed",
      R"({"id":"cs_1","object":"checkout.session","customer":"cus_1","mode":"payment",
          "status":"complete","payment_status":"unpaid","client_reference_id":"usr_7",
          "metadata":{"user_id":"usr_8","tollgate_items":"handbook:2"},"subscription":null,
          "invoice":{"id":"in_1","object":"invoice"},"payment_intent":"pi_1","amount_total":5800,
          "currency":"usd","created":1768471100,"expires_at":1768557500,"url":null})");
  EXPECT_EQ(session, (CheckoutSession{.id = "cs_1",
                                      .customer = "cus_1",
                                      .mode = "payment",
                                      .status = "complete",
                                      .payment_status = "unpaid",
                                      .client_reference_id = "usr_7",
                                      .user_id = "usr_8",
                                      .tollgate_items = "handbook:2",
                                      .subscription = "",
                                      .invoice = "in_1",
                                      .payment_intent = "pi_1",
                                      .amount_total = 5800,
                                      .currency = "usd",
                                      .created = from_unix_seconds(1768471100),
                                      .expires_at = from_unix_seconds(1768557500),
                                      .line_items_known = false,
                                      .line_items_truncated = false,
                                      .line_items = {}}));
}

TEST(NormaliseCheckoutSession, KnowsLineItemsOnlyWhereTheyWereFetched) {
  const std::string head = R"({"id":"cs_1","object":"checkout.session","customer":null)";
  const auto fetched =
      normalise_answer(head + R"(,"line_items":{"object":"list","has_more":true,"data":[
        {"id":"li_1","quantity":2,"price":{"id":"price_1","lookup_key":"handbook",
         "product":{"id":"prod_1"}}},{"id":"li_2","quantity":null,"price":null}]}})");
  ASSERT_TRUE(fetched);
  EXPECT_EQ(fetched->state,
            R"({"id": "cs_1", "line_items": [{"price": "price_1", "product": "prod_1", )"
            R"("quantity": 2, "lookup_key": "handbook"}, {}], "line_items_known": true, )"
            R"("line_items_truncated": true})");
  const auto none = normalise_answer(head + R"(,"line_items":{"object":"list","data":[]}})");
  ASSERT_TRUE(none);
  EXPECT_EQ(none->state, R"({"id": "cs_1", "line_items_known": true})");
}

TEST(NormaliseSubscription, KeepsThreeEncodingsOfOneCancellationAsSent) {
  const auto with = [](const std::string& rest) {
    return read<Subscription>(
        "customer.subscription.updated",
        R"({"id":"sub_1","object":"subscription","canceled_at":9,)" + rest + "}");
  };
  const auto classic = with(R"("cancel_at_period_end":true,"cancel_at":1776247200)");
  const auto flexible = with(R"("cancel_at_period_end":false,"cancel_at":1776247200)");
  const auto bare = with(R"("cancel_at_period_end":true,"cancel_at":null)");
  EXPECT_TRUE(classic.cancel_at_period_end);
  EXPECT_EQ(classic.cancel_at, from_unix_seconds(1776247200));
  EXPECT_FALSE(flexible.cancel_at_period_end);
  EXPECT_EQ(flexible.cancel_at, from_unix_seconds(1776247200));
  EXPECT_TRUE(bare.cancel_at_period_end);
  EXPECT_EQ(bare.cancel_at, std::nullopt);
  EXPECT_EQ(bare.canceled_at, from_unix_seconds(9));
}

TEST(NormaliseSubscription, GivesEveryItemItsOwnPeriodAndSaysThatMoreExist) {
  const auto subscription = read<Subscription>(
      "customer.subscription.updated",
      R"({"id":"sub_1","object":"subscription","pause_collection":{"behavior":"void"},
          "items":{"has_more":true,"data":[
            {"id":"si_1","price":"price_1","current_period_end":20},
            {"id":"si_2","price":{"id":"price_2"},"quantity":0,"current_period_end":30}]}})");
  ASSERT_EQ(subscription.items.size(), 2u);
  EXPECT_TRUE(subscription.items_truncated);
  EXPECT_TRUE(subscription.collection_paused);
  EXPECT_EQ(subscription.items[0].price, "price_1");
  EXPECT_EQ(subscription.items[0].quantity, std::nullopt);
  EXPECT_EQ(subscription.items[0].period_end, from_unix_seconds(20));
  EXPECT_EQ(subscription.items[1].quantity, 0);
  EXPECT_EQ(subscription.items[1].period_end, from_unix_seconds(30));
}

TEST(NormaliseSubscription, IsNotDeletedWhenItIsCanceled) {
  const auto event = normalised(event_body(
      "customer.subscription.deleted",
      R"({"id":"sub_1","object":"subscription","status":"canceled","ended_at":1771149600})"));
  EXPECT_EQ(event.state, R"({"id": "sub_1", "status": "canceled", "ended_at": 1771149600})");
}

std::string line(const std::string& subscription, int amount, int end,
                 const std::string& details = "subscription_item_details") {
  return R"({"amount":)" + std::to_string(amount) + R"(,"period":{"start":1,"end":)" +
         std::to_string(end) + R"(},"metadata":{"user_id":"usr_)" + subscription +
         R"("},"parent":{")" + details + R"(":{"subscription":")" + subscription + R"("}}})";
}
Invoice invoice_of(const std::string& lines, const std::string& rest = "") {
  return read<Invoice>("invoice.paid", R"({"id":"in_1","object":"invoice","period_end":999)" +
                                           rest + R"(,"lines":{"data":[)" + lines + "]}}");
}

TEST(NormaliseInvoice, IsPaidThroughTheLatestLineThatCosts) {
  EXPECT_EQ(invoice_of(line("sub_1", 0, 20) + "," + line("sub_1", 100, 30)).paid_through,
            from_unix_seconds(30));
}

TEST(NormaliseInvoice, IsNotPaidThroughTheTimeThatACreditGivesBack) {
  const auto invoice = invoice_of(line("sub_1", -500, 50, "invoice_item_details") + "," +
                                  line("sub_1", 900, 40, "invoice_item_details"));
  EXPECT_EQ(invoice.paid_through, from_unix_seconds(40));
  EXPECT_EQ(invoice_of(line("sub_1", -500, 50)).paid_through, std::nullopt);
}

TEST(NormaliseInvoice, CountsOnlyLinesOfItsOwnSubscription) {
  const auto invoice = invoice_of(
      line("sub_2", 100, 50) + "," + line("sub_1", 100, 30) +
          R"(,{"amount":100,"period":{"end":70},"parent":null,"metadata":{"user_id":"usr_9"}})",
      R"(,"parent":{"subscription_details":{"subscription":"sub_1"}})");
  EXPECT_EQ(invoice.subscription, "sub_1");
  EXPECT_EQ(invoice.paid_through, from_unix_seconds(30));
  EXPECT_EQ(invoice.user_id, "usr_sub_1");
}

TEST(NormaliseInvoice, OfNoSubscriptionIsPaidThroughNothing) {
  const auto invoice =
      read<Invoice>("invoice.paid",
                    R"({"id":"in_1","object":"invoice","billing_reason":"manual","parent":null,
                        "next_payment_attempt":5,"lines":{"has_more":true,"data":[
                        {"amount":9,"period":{"start":1,"end":2}}]}})");
  EXPECT_EQ(invoice.subscription, "");
  EXPECT_EQ(invoice.paid_through, std::nullopt);
  EXPECT_TRUE(invoice.lines_truncated);
  EXPECT_EQ(invoice.next_payment_attempt, from_unix_seconds(5));
}

TEST(NormaliseInvoice, ListsEachPaymentOnceAndInOrder) {
  const auto invoice = invoice_of("", R"(,"payment_intent":"pi_2","charge":null,"payments":{"data":[
            {"payment":{"type":"payment_intent","payment_intent":"pi_2"}},
            {"payment":{"type":"charge","charge":"ch_1"}},
            {"payment":{"type":"payment_record","payment_record":"pr_1"}},
            {"payment":{"type":"payment_intent","payment_intent":{"id":"pi_1"}}}]})");
  EXPECT_EQ(invoice.payment_intents, (std::vector<std::string>{"pi_1", "pi_2"}));
  EXPECT_EQ(invoice.charges, std::vector<std::string>{"ch_1"});
}

TEST(NormaliseInvoicePayment, IsTheLinkFromPaymentToInvoice) {
  const auto payment = read<InvoicePayment>(
      "invoice_payment.paid",
      R"({"id":"inpay_1","object":"invoice_payment","amount_paid":1000,"invoice":"in_1",
          "currency":"usd","created":5,"status":"paid",
          "payment":{"type":"payment_intent","payment_intent":"pi_1"}})");
  EXPECT_EQ(payment, (InvoicePayment{.id = "inpay_1",
                                     .invoice = "in_1",
                                     .payment_intent = "pi_1",
                                     .charge = "",
                                     .status = "paid",
                                     .amount_paid = 1000,
                                     .currency = "usd",
                                     .created = from_unix_seconds(5)}));
}

TEST(NormaliseCharge, TellsPartialFromFullRefunds) {
  const auto charge = read<Charge>(
      "charge.refunded",
      R"({"id":"ch_1","object":"charge","amount":1000,"amount_refunded":1000,"refunded":true,
          "disputed":true,"status":"succeeded","customer":null,"payment_intent":{"id":"pi_1"},
          "currency":"jpy","metadata":{"user_id":"usr_7"},"created":7})");
  EXPECT_TRUE(charge.refunded);
  EXPECT_TRUE(charge.disputed);
  EXPECT_EQ(charge.amount_refunded, 1000);
  EXPECT_EQ(charge.customer, "");
  EXPECT_EQ(charge.payment_intent, "pi_1");
  EXPECT_EQ(charge.user_id, "usr_7");
}

TEST(NormaliseDispute, NamesAPaymentAndNoCustomer) {
  const auto event = normalised(event_body(
      "charge.dispute.created",
      R"({"id":"du_1","object":"dispute","amount":1000,"charge":"ch_1","payment_intent":"pi_1",
          "currency":"usd","reason":"fraudulent","status":"prevented","created":9})"));
  EXPECT_EQ(event.customer_id, "");
  EXPECT_EQ(event.state,
            R"({"id": "du_1", "amount": 1000, "charge": "ch_1", "reason": "fraudulent", )"
            R"("status": "prevented", "created": 9, "currency": "usd", "payment_intent": "pi_1"})");
}

TEST(NormalisePaymentIntent, ReadsItsOwnerAndWhatWasBought) {
  const auto intent = read<PaymentIntent>(
      "payment_intent.succeeded",
      R"({"id":"pi_1","object":"payment_intent","amount":2900,"amount_received":2900,
          "currency":"usd","customer":null,"customer_account":"acct_1","status":"succeeded",
          "invoice":"in_1","metadata":{"user_id":"usr_7","tollgate_items":"handbook:1"}})");
  EXPECT_EQ(intent.customer, "acct_1");
  EXPECT_EQ(intent.invoice, "in_1");
  EXPECT_EQ(intent.user_id, "usr_7");
  EXPECT_EQ(intent.tollgate_items, "handbook:1");
  EXPECT_EQ(intent.amount_received, 2900);
}

TEST(NormaliseDeleted, ComesFromTheEventOrFromTheStub) {
  const std::string customer = R"({"id":"cus_1","object":"customer","email":"a@example.com"})";
  EXPECT_EQ(normalised(event_body("customer.deleted", customer)).state,
            R"({"id": "cus_1", "email": "a@example.com", "deleted": true})");
  EXPECT_EQ(normalised(event_body("customer.updated", customer)).state,
            R"({"id": "cus_1", "email": "a@example.com"})");
  const auto stub = normalise_answer(R"({"id":"cus_1","object":"customer","deleted":true})");
  ASSERT_TRUE(stub);
  EXPECT_EQ(stub->customer_id, "cus_1");
  EXPECT_EQ(stub->state, R"({"id": "cus_1", "deleted": true})");
  const std::string draft = R"({"id":"in_1","object":"invoice","status":"draft"})";
  EXPECT_EQ(normalised(event_body("invoice.deleted", draft)).state,
            R"({"id": "in_1", "status": "draft", "deleted": true})");
}

TEST(NormaliseKind, IsNothingForAnInvoiceThatDoesNotExistYet) {
  for (const char* const id : {R"("upcoming_in_1")", R"("in_1")", "null"}) {
    const auto event = normalised(
        event_body("invoice.upcoming",
                   R"({"object":"invoice","customer":"cus_1","id":)" + std::string{id} + "}"));
    EXPECT_EQ(event.kind, std::nullopt) << id;
    EXPECT_EQ(event.state, "") << id;
    EXPECT_EQ(event.customer_id, "cus_1") << id;
  }
  const auto preview = normalise_answer(R"({"object":"invoice","id":"upcoming_in_7"})");
  ASSERT_TRUE(preview);
  EXPECT_EQ(preview->kind, std::nullopt);
}

TEST(NormaliseKind, IsNothingForObjectsThatSayNothingAboutAccess) {
  const auto summary = normalised(
      event_body("entitlements.active_entitlement_summary.updated",
                 R"({"object":"entitlements.active_entitlement_summary","customer":"cus_1"})"));
  EXPECT_EQ(summary, (NormalisedEvent{.kind = std::nullopt,
                                      .object_id = "",
                                      .customer_id = "cus_1",
                                      .state = "",
                                      .previous = ""}));
  for (const char* const name : {"price", "product", "card", "discount", "test_helpers.test_clock",
                                 "list", "checkout_session", "invoiceitem", "invented_later"}) {
    const auto event =
        normalised(event_body("a.b", R"({"id":"x_1","object":")" + std::string{name} + "\"}"));
    EXPECT_EQ(event.kind, std::nullopt) << name;
    EXPECT_EQ(event.object_id, "x_1") << name;
  }
}

}  // namespace
}  // namespace tollgate::stripe
