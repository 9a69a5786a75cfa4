// SPDX-License-Identifier: Apache-2.0
// The same facts as every version family renders them: one canonical text. Bodies of old versions
// appear twice, as they were at their time and as they are made today, with later fields leaked in.
#include "tests/unit/stripe/normalise_event.hpp"

namespace tollgate::stripe {
namespace {

struct Rendering {
  std::string name;
  std::string api_version;
  std::string object;
};

std::string subscription(const std::string& top, const std::string& item) {
  return R"({"id":"sub_1","object":"subscription","status":"active","created":1768471200,
    "latest_invoice":"in_1","cancel_at":1771149600,"canceled_at":1769000000,
    "cancel_at_period_end":true,"ended_at":null,"trial_start":null,"trial_end":null,
    "pause_collection":null,"metadata":{"user_id":"usr_7","plan":"basic"},)" +
         top +
         R"(,"items":{"object":"list","has_more":false,"total_count":1,"data":[{"id":"si_1",
    "object":"subscription_item","quantity":2,"metadata":{},)" +
         item + "}]}}";
}

const std::string customer_id = R"("customer":"cus_1")";
const std::string top_period =
    R"("current_period_start":1768471200,"current_period_end":1771149600)";
const std::string price =
    R"("price":{"id":"price_1","object":"price","product":"prod_1","lookup_key":"basic"})";
const std::string plan = R"("plan":{"id":"price_1","object":"plan","product":"prod_1"})";
const std::string top_plan = R"(,"plan":{"id":"price_1","product":"prod_1"},"quantity":2)";

class SubscriptionOfVersion : public testing::TestWithParam<Rendering> {};

TEST_P(SubscriptionOfVersion, GivesTheOneText) {
  const auto& [name, api_version, object] = GetParam();
  const auto event = normalised(event_body("customer.subscription.updated", object, api_version));
  EXPECT_EQ(event.kind, ObjectKind::subscription);
  EXPECT_EQ(event.object_id, "sub_1");
  EXPECT_EQ(event.customer_id, "cus_1");
  EXPECT_EQ(event.previous, "");
  EXPECT_EQ(event.state,
            R"({"id": "sub_1", "items": [{"id": "si_1", "price": "price_1", )"
            R"("product": "prod_1", "quantity": 2, "lookup_key": "basic", )"
            R"("period_end": 1771149600, "period_start": 1768471200}], "status": "active", )"
            R"("created": 1768471200, "user_id": "usr_7", "customer": "cus_1", )"
            R"("cancel_at": 1771149600, "canceled_at": 1769000000, "latest_invoice": "in_1", )"
            R"("cancel_at_period_end": true})");
}

INSTANTIATE_TEST_SUITE_P(
    Table, SubscriptionOfVersion,
    testing::Values(
        Rendering{"V2020", "2020-08-27",
                  subscription(customer_id + "," + top_period + top_plan + R"(,"discount":null)",
                               price + "," + plan)},
        Rendering{"V2020MadeToday", "2020-08-27",
                  subscription(customer_id + "," + top_period + top_plan +
                                   R"(,"discount":null,"discounts":[],"customer_account":null,
                                      "billing_mode":{"type":"flexible"})",
                               price + "," + plan + "," + top_period)},
        Rendering{"V2022", "2022-11-15",
                  subscription(customer_id + "," + top_period + top_plan + R"(,"currency":"usd")",
                               price + "," + plan)},
        Rendering{"V2024", "2024-06-20",
                  subscription(customer_id + "," + top_period + R"(,"discounts":[])", price)},
        Rendering{"Acacia", "2024-09-30.acacia",
                  subscription(customer_id + "," + top_period + R"(,"plan":null,"quantity":null)",
                               price + "," + top_period)},
        Rendering{"Basil", "2025-03-31.basil",
                  subscription(customer_id + R"(,"discounts":[])", price + "," + top_period)},
        Rendering{"Clover", "2025-09-30.clover",
                  subscription(customer_id + R"(,"billing_mode":{"type":"flexible"})",
                               price + "," + plan + "," + top_period)},
        Rendering{
            "DahliaExpanded", "2026-03-25.dahlia",
            subscription(R"("customer":{"id":"cus_1","object":"customer","email":"a@example.com"})",
                         R"("price":{"id":"price_1","lookup_key":"basic",
                                  "product":{"id":"prod_1","object":"product"}},)" +
                             top_period)},
        Rendering{"Endive", "2026-10-28.endive",
                  subscription(customer_id + R"(,"customer_account":"acct_1","status_details":
                                 {"paused":null},"invented_later":{"a":[1,2.5,null]})",
                               price + R"(,"current_trial":null,)" + top_period)}),
    [](const auto& test) { return test.param.name; });

std::string invoice(const std::string& top, const std::string& line) {
  return R"({"id":"in_1","object":"invoice","status":"paid","created":1768471200,
    "customer":"cus_1","billing_reason":"subscription_cycle","attempt_count":1,
    "next_payment_attempt":null,"amount_due":1000,"amount_paid":1000,"currency":"usd",
    "period_start":1768471200,"period_end":1768471200,"metadata":{},)" +
         top +
         R"(,"lines":{"object":"list","has_more":false,"data":[{"id":"il_1","object":"line_item",
    "amount":1000,"period":{"start":1768471200,"end":1771149600},)" +
         line + "}]}}";
}

const std::string old_line =
    R"("type":"subscription","proration":false,"subscription":"sub_1","subscription_item":"si_1",
       "price":{"id":"price_1","product":"prod_1"},"metadata":{"user_id":"usr_7"})";
const std::string new_line =
    R"("parent":{"type":"subscription_item_details","invoice_item_details":null,
       "subscription_item_details":{"subscription":"sub_1","subscription_item":"si_1",
       "proration":false}},"pricing":{"type":"price_details","price_details":{"price":"price_1",
       "product":"prod_1"}},"metadata":{"user_id":"usr_7"})";
const std::string old_payment = R"("paid":true,"payment_intent":"pi_1","charge":"ch_1")";
const std::string payments =
    R"("payments":{"object":"list","data":[{"id":"inpay_1","status":"paid","payment":
       {"type":"payment_intent","payment_intent":"pi_1","charge":"ch_1"}}]})";
const std::string old_details = R"("subscription_details":{"metadata":{"user_id":"usr_7"}})";
const std::string parent =
    R"("parent":{"type":"subscription_details","quote_details":null,"subscription_details":
       {"subscription":"sub_1","metadata":{"user_id":"usr_7"}}})";

class InvoiceOfVersion : public testing::TestWithParam<Rendering> {};

TEST_P(InvoiceOfVersion, GivesTheOneText) {
  const auto& [name, api_version, object] = GetParam();
  const auto event = normalised(event_body("invoice.paid", object, api_version));
  EXPECT_EQ(event.kind, ObjectKind::invoice);
  EXPECT_EQ(event.state,
            R"({"id": "in_1", "status": "paid", "charges": ["ch_1"], "created": 1768471200, )"
            R"("user_id": "usr_7", "currency": "usd", "customer": "cus_1", "amount_due": 1000, )"
            R"("amount_paid": 1000, "paid_through": 1771149600, "subscription": "sub_1", )"
            R"("attempt_count": 1, "billing_reason": "subscription_cycle", )"
            R"("payment_intents": ["pi_1"]})");
}

INSTANTIATE_TEST_SUITE_P(
    Table, InvoiceOfVersion,
    testing::Values(
        Rendering{"V2020", "2020-08-27",
                  invoice(old_payment + R"(,"subscription":"sub_1")", old_line)},
        Rendering{"V2020MadeToday", "2020-08-27",
                  invoice(old_payment + R"(,"subscription":"sub_1",)" + parent,
                          old_line + R"(,"parent":null)")},
        Rendering{"V2022OnlyTheLineNamesTheSubscription", "2022-11-15",
                  invoice(old_payment + R"(,"subscription":null)", old_line)},
        Rendering{"V2024", "2024-06-20",
                  invoice(old_payment + R"(,"subscription":"sub_1",)" + old_details, old_line)},
        Rendering{"Acacia", "2025-02-24.acacia",
                  invoice(R"("payment_intent":{"id":"pi_1","object":"payment_intent"},
                             "charge":{"id":"ch_1"},"subscription":{"id":"sub_1"},)" +
                              old_details,
                          old_line)},
        Rendering{"BasilExpanded", "2025-03-31.basil", invoice(parent + "," + payments, new_line)},
        Rendering{"CloverOnlyTheLineNamesTheSubscription", "2025-09-30.clover",
                  invoice(R"("parent":null,)" + payments, new_line)},
        Rendering{"DahliaBothPlaces", "2026-08-26.dahlia",
                  invoice(parent + "," + payments + R"(,"subscription":"sub_1","payment_intent":
                          "pi_1","charge":null)",
                          new_line + R"(,"subscription":"sub_1")")},
        Rendering{"Endive", "2026-10-28.endive",
                  invoice(parent + "," + payments + R"(,"amount_overpaid":0,"total_taxes":[])",
                          new_line + R"(,"subscription":"sub_1","quantity_decimal":"1")")}),
    [](const auto& test) { return test.param.name; });

TEST(TestedVersion, LiesBetweenTheFirstAndTheLastOfTheseTables) {
  for (const char* const version :
       {"2020-08-27", "2024-06-20", "2025-03-31.basil", "2026-10-28.endive"}) {
    EXPECT_TRUE(is_tested_version(version)) << version;
  }
  for (const char* const version : {"", "2020-03-02", "2026-10-29", "2027-01-27.next", "2020"}) {
    EXPECT_FALSE(is_tested_version(version)) << version;
  }
}

TEST(PaymentIntentOfVersion, FindsTheLatestChargeInEveryPlace) {
  const std::string head = R"({"id":"pi_1","object":"payment_intent","status":"succeeded",)";
  for (const char* const rest :
       {R"("charges":{"object":"list","data":[{"id":"ch_2"},{"id":"ch_1"}]}})",
        R"("latest_charge":"ch_2"})", R"("latest_charge":{"id":"ch_2","object":"charge"}})",
        R"("latest_charge":"ch_2","charges":{"object":"list","data":[{"id":"ch_2"}]}})"}) {
    EXPECT_EQ(normalised(event_body("payment_intent.succeeded", head + rest)).state,
              R"({"id": "pi_1", "status": "succeeded", "latest_charge": "ch_2"})");
  }
}

TEST(RefundOfVersion, NamesItsCustomerOnlySince20260729) {
  const std::string head =
      R"({"id":"re_1","object":"refund","amount":500,"charge":"ch_1","payment_intent":"pi_1",
          "currency":"usd","status":"succeeded")";
  const auto old = normalised(event_body("charge.refund.updated", head + "}", "2020-08-27"));
  const auto latest = normalised(event_body("refund.updated", head + R"(,"customer":"cus_1"})"));
  EXPECT_EQ(old.customer_id, "");
  EXPECT_EQ(latest.customer_id, "cus_1");
  EXPECT_EQ(old.state, R"({"id": "re_1", "amount": 500, "charge": "ch_1", "status": "succeeded", )"
                       R"("currency": "usd", "payment_intent": "pi_1"})");
}

TEST(ChargeOfVersion, KeepsTheRefundsThatOldVersionsInline) {
  const auto event = normalised(event_body(
      "charge.refunded",
      R"({"id":"ch_1","object":"charge","amount":1000,"amount_refunded":500,"refunded":false,
          "customer":"cus_1","invoice":"in_1","payment_intent":"pi_1","status":"succeeded",
          "refunds":{"object":"list","has_more":true,"data":[{"id":"re_1","object":"refund",
          "amount":500,"charge":"ch_1","status":"pending","currency":"usd"}]}})",
      "2020-08-27"));
  EXPECT_EQ(event.state,
            R"({"id": "ch_1", "amount": 1000, "status": "succeeded", "invoice": "in_1", )"
            R"("refunds": [{"id": "re_1", "amount": 500, "charge": "ch_1", "status": "pending", )"
            R"("currency": "usd"}], "customer": "cus_1", "payment_intent": "pi_1", )"
            R"("amount_refunded": 500, "refunds_truncated": true})");
}

}  // namespace
}  // namespace tollgate::stripe
