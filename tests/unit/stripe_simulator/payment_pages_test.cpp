// SPDX-License-Identifier: Apache-2.0
// The hosted Checkout page's side of the API: what a browser with a publishable key may do, and
// 3-D Secure between the buyer's click and the payment.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "shop.hpp"

namespace tollgate::simulator {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::Not;
using tests::Shop;

std::string page_of(const std::string& session) { return "/v1/payment_pages/" + session; }

std::string card(Shop& shop, const std::string& number) {
  return shop
      .post("/v1/payment_methods", "type=card&card[number]=" + number +
                                       "&card[exp_month]=12&card[exp_year]=2034&card[cvc]=123")
      .id();
}

Shop::Answer with_publishable_key(Shop& shop, std::string_view method, std::string_view path,
                                  std::string_view form = {}) {
  ApiRequest request = Shop::request_of(method, path);
  request.authorization = "Bearer pk_test_page";
  request.body = form;
  return shop.send(request);
}

TEST(PaymentPage, IsOpenToPublishableKeysWhichOpenLittleElse) {
  Shop shop;
  const std::string id = shop.session("payment", shop.book).id();
  EXPECT_EQ(with_publishable_key(shop, "GET", page_of(id)).status, 200U);
  EXPECT_EQ(with_publishable_key(shop, "POST", "/v1/payment_methods",
                                 "type=card&card[number]=4242424242424242")
                .status,
            200U);
  const auto closed = with_publishable_key(shop, "GET", "/v1/checkout/sessions/" + id);
  EXPECT_EQ(closed.status, 403U);
  EXPECT_EQ(closed.error()["code"].text(), "secret_key_required");
  EXPECT_EQ(with_publishable_key(shop, "POST", "/v1/customers").status, 403U);
}

TEST(PaymentPage, ShowsWhatTheBuyerPaysFor) {
  Shop shop;
  const std::string id = shop.session("subscription", shop.basic,
                                      "&customer_email=a@x&subscription_data[trial_period_days]=7")
                             .id();
  const Json page = shop.get(page_of(id)).body;
  EXPECT_EQ(page["amount_total"].integer(), 0);
  EXPECT_EQ(page.at("trial.days").integer(), 7);
  EXPECT_EQ(page["email"].text(), "a@x");
  EXPECT_TRUE(page["payment_method_needed"].flag());
  EXPECT_EQ(page["waits_for"].text(), "buyer");
  ASSERT_EQ(page["line_items"].items().size(), 1U);
  EXPECT_EQ(page["line_items"].items()[0]["name"].text(), "A");
  EXPECT_EQ(page["success_url"].text(), "https://a.b");
  EXPECT_EQ(shop.get(page_of("cs_none")).status, 404U);
}

TEST(PaymentPage, IsPaidAsTheCommandLineToolOfStripeDoes) {
  Shop shop;
  const std::string id =
      shop.session("payment", shop.book, "&payment_intent_data[shipping][name]=J").id();
  const std::string method =
      shop.post("/v1/payment_methods",
                "type=card&card[token]=tok_visa&billing_details[address][city]=Springfield")
          .id();
  EXPECT_EQ(shop.get(page_of(id)).id(), id);
  const std::string form = "payment_method=" + method + "&expected_amount=";
  EXPECT_EQ(shop.post(page_of(id) + "/confirm", form + "2901").status, 400U);
  EXPECT_EQ(shop.post(page_of(id) + "/confirm", form + "2900").status, 200U);
  EXPECT_EQ(shop.shown(id)["payment_status"].text(), "paid");
  EXPECT_EQ(shop.post(page_of(id) + "/confirm", form + "2900").status, 400U);
  EXPECT_THAT(shop.new_event_types(), Contains("checkout.session.completed"));
}

TEST(PaymentPage, TakesTheBuyersAddressOnlyWhereTheSessionHasNone) {
  Shop shop;
  const std::string open = shop.session("payment", shop.book).id();
  const std::string fixed = shop.session("payment", shop.book, "&customer_email=a@x").id();
  for (const std::string& id : {open, fixed}) {
    const std::string form = "payment_method=pm_card_visa&name=Ada&email=b@x";
    ASSERT_EQ(shop.post(page_of(id) + "/confirm", form).status, 200U);
    EXPECT_EQ(shop.shown(id).at("customer_details.name").text(), "Ada");
  }
  EXPECT_EQ(shop.shown(open).at("customer_details.email").text(), "b@x");
  EXPECT_EQ(shop.shown(fixed).at("customer_details.email").text(), "a@x");
}

TEST(PaymentPage, SaysWhyACardIsDeclined) {
  Shop shop;
  for (const auto& [number, code, decline_code] :
       {std::tuple{"4000000000000002", "card_declined", "generic_decline"},
        std::tuple{"4000000000009995", "card_declined", "insufficient_funds"},
        std::tuple{"4000000000000069", "expired_card", ""},
        std::tuple{"4000000000000127", "incorrect_cvc", ""},
        std::tuple{"4000000000000341", "card_declined", "generic_decline"}}) {
    for (const std::string& id :
         {shop.session("payment", shop.book).id(), shop.session("subscription", shop.basic).id()}) {
      const auto declined =
          shop.post(page_of(id) + "/confirm", "payment_method=" + card(shop, number));
      EXPECT_EQ(declined.status, 402U);
      EXPECT_EQ(declined.error()["code"].text(), code);
      EXPECT_EQ(declined.error()["decline_code"].text(), decline_code);
      EXPECT_EQ(shop.shown(id)["status"].text(), "open");
    }
  }
}

TEST(PaymentPage, RefusesCardsThatCannotBe) {
  Shop shop;
  const auto refused = [&](const std::string& form) {
    const auto answer = shop.post("/v1/payment_methods", "type=card&" + form);
    EXPECT_EQ(answer.status, 402U);
    return answer.error()["code"].text();
  };
  EXPECT_EQ(refused("card[number]=4242424242424241"), "incorrect_number");
  const std::string visa = "card[number]=4242424242424242&";
  // The story begins in January 2026.
  EXPECT_EQ(refused(visa + "card[exp_month]=12&card[exp_year]=2025"), "invalid_expiry_year");
  EXPECT_EQ(refused(visa + "card[exp_month]=13&card[exp_year]=2030"), "invalid_expiry_month");
  const auto good =
      shop.post("/v1/payment_methods", "type=card&" + visa + "card[exp_month]=1&card[exp_year]=26");
  EXPECT_EQ(good.body.at("card.exp_year").integer(), 2026);
}

TEST(PaymentPage, WaitsForAuthenticationOfAPayment) {
  Shop shop;
  const std::string id = shop.session("payment", shop.book).id();
  const std::string authenticate = page_of(id) + "/authenticate";
  EXPECT_EQ(shop.post(authenticate, "outcome=complete").status, 400U);
  const auto pay = [&] {
    return shop.post(page_of(id) + "/confirm", "payment_method=" + card(shop, "4000002760003184"));
  };
  EXPECT_EQ(pay().body["waits_for"].text(), "authentication");
  EXPECT_THAT(shop.new_event_types(),
              ElementsAre("payment_intent.created", "payment_intent.requires_action"));
  const auto failed = shop.post(authenticate, "outcome=fail");
  EXPECT_EQ(failed.status, 402U);
  EXPECT_EQ(failed.error()["code"].text(), "payment_intent_authentication_failure");
  EXPECT_EQ(shop.get(page_of(id)).body["waits_for"].text(), "buyer");
  EXPECT_EQ(pay().status, 200U);
  EXPECT_EQ(shop.post(authenticate, "outcome=complete").status, 200U);
  EXPECT_EQ(shop.shown(id)["payment_status"].text(), "paid");
  EXPECT_EQ(shop.world.ids("payment_intent").size(), 1U);
}

TEST(PaymentPage, MakesNoSubscriptionBeforeTheBuyerIsAuthenticated) {
  Shop shop;
  const std::string id = shop.session("subscription", shop.basic).id();
  const std::string authenticate = page_of(id) + "/authenticate";
  const auto pay = [&] {
    return shop.post(page_of(id) + "/confirm",
                     "email=a@x&payment_method=" + card(shop, "4000002500003155"));
  };
  EXPECT_EQ(pay().body["waits_for"].text(), "authentication");
  EXPECT_EQ(shop.post(authenticate, "outcome=fail").status, 402U);
  EXPECT_TRUE(shop.new_event_types().empty());
  pay();
  EXPECT_EQ(shop.post(authenticate, "outcome=complete").status, 200U);
  const Json subscription = shop.shown(shop.shown(id)["subscription"].text());
  EXPECT_EQ(subscription["status"].text(), "active");
  EXPECT_EQ(shop.shown(shop.shown(id)["customer"].text())["email"].text(), "a@x");
  shop.pass(40 * tests::day_s);
  // Set up once, such a card renews without its owner.
  EXPECT_EQ(shop.shown(subscription["id"].text())["status"].text(), "active");
}

TEST(PaymentPage, OfACardThatIsDeclinedAfterAuthenticationStaysOpen) {
  Shop shop;
  for (const std::string& id :
       {shop.session("payment", shop.book).id(), shop.session("subscription", shop.basic).id()}) {
    shop.post(page_of(id) + "/confirm", "payment_method=" + card(shop, "4000008260003178"));
    const auto declined = shop.post(page_of(id) + "/authenticate", "outcome=complete");
    EXPECT_EQ(declined.status, 402U);
    EXPECT_EQ(declined.error()["decline_code"].text(), "insufficient_funds");
    EXPECT_EQ(shop.shown(id)["status"].text(), "open");
  }
  EXPECT_THAT(shop.new_event_types(), Not(Contains("checkout.session.completed")));
}

TEST(PaymentPage, WaitsForTheAnswerToItsWebhook) {
  Shop shop;
  const std::string id = shop.session("payment", shop.book).id();
  shop.post(page_of(id) + "/confirm", "payment_method=pm_card_visa");
  EXPECT_EQ(shop.get(page_of(id)).body["waits_for"].text(), "nothing");
  const std::string event = shop.event("checkout.session.completed")["id"].text();
  shop.world.change(event, {}, [](Json& object) { object["pending_webhooks"] = 1; });
  EXPECT_EQ(shop.get(page_of(id)).body["waits_for"].text(), "webhooks");
}

}  // namespace
}  // namespace tollgate::simulator
