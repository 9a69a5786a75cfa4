// SPDX-License-Identifier: Apache-2.0
// `previous`: the object as it was, with `previous_attributes` put back and normalised alike.
#include "stripe/object_json.hpp"
#include "tests/unit/stripe/normalise_event.hpp"

namespace tollgate::stripe {
namespace {

Subscription previous_subscription(const std::string& object,
                                   const std::string& previous_attributes) {
  const auto event = normalised(event_body("customer.subscription.updated", object,
                                           "2026-10-28.endive", previous_attributes));
  auto previous = object_from_json<Subscription>(event.previous);
  EXPECT_TRUE(previous) << event.previous;
  return previous ? *previous : Subscription{};
}

std::string item(const std::string& price, const std::string& rest = "") {
  return R"({"id":"si_1","price":{"id":")" + price + R"("},"quantity":1)" + rest + "}";
}
std::string items(const std::string& elements, const std::string& has_more = "false") {
  return R"("items":{"object":"list","data":[)" + elements + R"(],"has_more":)" + has_more + "}";
}
std::string subscription_with(const std::string& rest) {
  return R"({"id":"sub_1","object":"subscription","customer":"cus_1","status":"active",)" + rest +
         "}";
}

TEST(Previous, IsEmptyWhereTheEventHasNone) {
  const std::string object = subscription_with(items(item("price_1")));
  EXPECT_EQ(normalised(event_body("customer.subscription.paused", object)).previous, "");
  const auto with_null =
      event_body("customer.subscription.updated", object, "2026-10-28.endive", "null");
  EXPECT_EQ(normalised(with_null).previous, "");
}

TEST(Previous, EqualsTheStateWhereNothingThatIsReadChanged) {
  const std::string object = subscription_with(items(item("price_1")));
  for (const char* const attributes :
       {"{}", R"({"default_payment_method":"pm_0"})", R"({"billing_thresholds":{"a":{"b":1}}})"}) {
    const auto event = normalised(
        event_body("customer.subscription.updated", object, "2026-10-28.endive", attributes));
    EXPECT_EQ(event.previous, event.state) << attributes;
  }
}

TEST(Previous, HoldsTheOldScalars) {
  const auto previous = previous_subscription(
      subscription_with(R"("cancel_at":1771149600,"cancel_at_period_end":true,"trial_end":5)"),
      R"({"status":"trialing","cancel_at":null,"cancel_at_period_end":false,"trial_end":4})");
  EXPECT_EQ(previous.status, "trialing");
  EXPECT_EQ(previous.cancel_at, std::nullopt);
  EXPECT_FALSE(previous.cancel_at_period_end);
  EXPECT_EQ(previous.trial_end, from_unix_seconds(4));
  EXPECT_EQ(previous.customer, "cus_1");
}

TEST(Previous, MergesHashesKeyByKey) {
  const std::string now = R"({"id":"cus_1","object":"customer","email":"a@example.com",
                              "metadata":{"user_id":"usr_8","plan":"basic"}})";
  const auto previous_user = [&](const std::string& attributes) {
    const auto event =
        normalised(event_body("customer.updated", now, "2026-10-28.endive", attributes));
    return object_from_json<Customer>(event.previous)->user_id;
  };
  EXPECT_EQ(previous_user(R"({"metadata":{"user_id":"usr_7"}})"), "usr_7");
  EXPECT_EQ(previous_user(R"({"metadata":{"user_id":null}})"), "");
  EXPECT_EQ(previous_user(R"({"metadata":{"plan":null}})"), "usr_8");
  EXPECT_EQ(previous_user(R"({"metadata":{}})"), "usr_8");
}

TEST(Previous, ReplacesArraysWhole) {
  const auto previous = previous_subscription(
      subscription_with(items(item("price_2") + "," + item("price_3"), "true")),
      "{" + items(item("price_1")) + "}");
  ASSERT_EQ(previous.items.size(), 1u);
  EXPECT_EQ(previous.items[0].price, "price_1");
  EXPECT_FALSE(previous.items_truncated);
}

TEST(Previous, KeepsTheMembersOfAListThatPreviousAttributesLeaveOut) {
  const auto previous = previous_subscription(subscription_with(items(item("price_2"), "true")),
                                              R"({"items":{"data":[)" + item("price_1") + "]}}");
  EXPECT_EQ(previous.items.at(0).price, "price_1");
  EXPECT_TRUE(previous.items_truncated);
}

TEST(Previous, PutsBackAHashThatWasNullAndOneThatIsNullNow) {
  const auto was_null = previous_subscription(
      subscription_with(R"("pause_collection":{"behavior":"void","resumes_at":null})"),
      R"({"pause_collection":null})");
  EXPECT_FALSE(was_null.collection_paused);
  const auto is_null =
      previous_subscription(subscription_with(R"("pause_collection":null)"),
                            R"({"pause_collection":{"behavior":"void","resumes_at":null}})");
  EXPECT_TRUE(is_null.collection_paused);
}

TEST(Previous, ReplacesAnExpandedReferenceByTheOldId) {
  const auto previous = previous_subscription(
      subscription_with(R"("latest_invoice":{"id":"in_2","object":"invoice"})"),
      R"({"latest_invoice":"in_1"})");
  EXPECT_EQ(previous.latest_invoice, "in_1");
}

constexpr std::int64_t old_end = 1771149600;
constexpr std::int64_t new_end = 1773568800;

TEST(Previous, HasTheOldPeriodSinceBasil) {
  const auto previous = previous_subscription(
      subscription_with(items(item("price_1", R"(,"current_period_end":1773568800)"))),
      "{" + items(item("price_1", R"(,"current_period_end":1771149600)")) +
          R"(,"latest_invoice":"in_0"})");
  EXPECT_EQ(previous.items.at(0).period_end, from_unix_seconds(old_end));
}

TEST(Previous, HasTheOldPeriodBeforeBasil) {
  const auto previous = previous_subscription(
      subscription_with(R"("current_period_end":1773568800,)" + items(item("price_1"))),
      R"({"current_period_end":1771149600})");
  EXPECT_EQ(previous.items.at(0).period_end, from_unix_seconds(old_end));
}

TEST(Previous, HasTheOldPeriodWhereOnlyTheOldPlaceIsNamedAndBothAreSent) {
  const std::string both = R"("current_period_end":1773568800,"current_period_start":1771149600,)" +
                           items(item("price_1", R"(,"current_period_end":1773568800,
                                                     "current_period_start":1771149600)"));
  const auto previous = previous_subscription(
      subscription_with(both),
      R"({"current_period_end":1771149600,"current_period_start":1768471200})");
  EXPECT_EQ(previous.items.at(0).period_end, from_unix_seconds(old_end));
  EXPECT_EQ(previous.items.at(0).period_start, from_unix_seconds(1768471200));
  const auto unchanged = previous_subscription(subscription_with(both), R"({"status":"past_due"})");
  EXPECT_EQ(unchanged.items.at(0).period_end, from_unix_seconds(new_end));
}

TEST(Previous, ReadsAnItemWhosePricesWerePlansOnce) {
  const auto previous = previous_subscription(
      subscription_with(items(item("price_2"))),
      R"({"items":{"data":[{"id":"si_1","plan":{"id":"price_1","product":"prod_1"}}]}})");
  EXPECT_EQ(previous.items.at(0).price, "price_1");
  EXPECT_EQ(previous.items.at(0).product, "prod_1");
}

TEST(Previous, IsFaultyWhereItsFieldsAre) {
  const std::string object = subscription_with(items(item("price_1")));
  const auto fault = [&](const std::string& attributes) {
    return fault_of(event_body("customer.subscription.updated", object, "v", attributes));
  };
  EXPECT_EQ(fault("[]"), "wrong_type previous_attributes");
  EXPECT_EQ(fault("1"), "wrong_type previous_attributes");
  EXPECT_EQ(fault(R"({"status":1})"), "wrong_type status");
  EXPECT_EQ(fault(R"({"items":[]})"), "wrong_type items");
  EXPECT_EQ(fault(R"({"unread":18446744073709551616})"), "none");
}

TEST(Previous, OfAnEventThatSaysNothingAboutAccessIsEmpty) {
  const auto event = normalised(event_body("product.updated", R"({"id":"p","object":"product"})",
                                           "2026-10-28.endive", R"({"name":"Old"})"));
  EXPECT_EQ(event.previous, "");
}

}  // namespace
}  // namespace tollgate::stripe
