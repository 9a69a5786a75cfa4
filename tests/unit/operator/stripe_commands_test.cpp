// SPDX-License-Identifier: Apache-2.0
// The use cases that speak to Stripe, against a script of its answers, hostile ones too.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "operator/apply_catalog.hpp"
#include "operator/apply_webhook_endpoint.hpp"
#include "operator/bind_customer.hpp"
#include "unit/stripe/scripted_client.hpp"

namespace tollgate::operations {
namespace {

using testing::HasSubstr;
using testing::Not;

boost::asio::awaitable<void> no_wait(std::chrono::milliseconds) { co_return; }

struct StripeCommands : testing::Test {
  tests::ScriptedClient client;
  boost::asio::io_context io;
  Metrics metrics;
  stripe::StripeApi api{
      client, {stripe::Mode::test, "sk_test_1", "http://stripe.test"}, metrics, {.wait = no_wait}};
  AskStripe stripe{io, api};
  std::ostringstream out;
  int asked = 0;
  const Consent yes = [this] { return ++asked > 0; };
  const Consent no = [this] { return ++asked < 0; };

  void answer_list(const std::string& elements) {
    client.answers(200, R"({"object":"list","has_more":false,"data":[)" + elements + "]}");
  }
  [[nodiscard]] std::string sent(std::size_t number) const {
    const auto& request = client.requests.at(number);
    return request.method + " " + request.url.substr(18) + " " + request.body;
  }
};

const std::vector<SoldProduct> only_gold{{.kind = "plan",
                                          .entry = "gold",
                                          .id = "prod_gold",
                                          .name = "Gold",
                                          .prices = {{"gold_monthly", 1900, "usd", "month"}}}};

TEST_F(StripeCommands, TheCatalogueIsShownBeforeAnythingIsSent) {
  answer_list("");
  answer_list("");
  EXPECT_EQ(apply_catalog(only_gold, stripe, no, out), Applied::withheld);
  EXPECT_EQ(asked, 1);
  EXPECT_EQ(client.requests.size(), 2U);
  EXPECT_THAT(out.str(), HasSubstr("plan gold, prod_gold\n"
                                   "  + product \"Gold\"\n"
                                   "  + price gold_monthly: 1900 usd every month\n"
                                   "2 to create, 0 to change, 0 to retire\n"));
}

TEST_F(StripeCommands, ConsentIsNotAskedForNothing) {
  answer_list(R"({"id":"prod_gold","name":"Gold","active":true,
                  "metadata":{"tollgate_plan":"gold"}})");
  const std::string price = R"({"id":"price_1","lookup_key":"gold_monthly","product":"prod_gold",
      "unit_amount":1900,"currency":"usd","recurring":{"interval":"month","interval_count":1},
      "active":true,"metadata":{"tollgate_lookup_key":"gold_monthly"}})";
  answer_list(price);
  answer_list(price);
  EXPECT_EQ(apply_catalog(only_gold, stripe, yes, out), Applied::unchanged);
  EXPECT_EQ(asked, 0);
}

TEST_F(StripeCommands, ATriedPostKeepsItsIdempotencyKeyAndTheNextOneHasAnother) {
  answer_list("");
  answer_list("");
  client.answers(500, R"({"error":{"type":"api_error"}})");
  client.answers(429, R"({"error":{"code":"rate_limit"}})");
  client.answers(200, R"({"id":"prod_gold"})");
  client.answers(200, R"({"id":"price_1"})");
  EXPECT_EQ(apply_catalog(only_gold, stripe, yes, out), Applied::done);
  ASSERT_EQ(client.requests.size(), 6U);
  const std::string key = client.header(2, "Idempotency-Key");
  EXPECT_FALSE(key.empty());
  EXPECT_EQ(client.header(4, "Idempotency-Key"), key);
  EXPECT_NE(client.header(5, "Idempotency-Key"), key);
  EXPECT_THAT(out.str(), HasSubstr("done 2/2: price_1"));
}

TEST_F(StripeCommands, ARefusalEndsTheRunAndSaysWhy) {
  for (const auto& [status, body, text] :
       std::vector<std::tuple<unsigned, std::string, std::string>>{
           {401, "{}", "does not accept STRIPE_SECRET_KEY"},
           {403, "{}", "may not do this"},
           {429, "{}", "too often"},
           {503, "{}", "has trouble"},
           {200, "<html>", "does not speak as Stripe does"},
           {400, R"({"error":{"code":"c","message":"Because."}})", "(400 c): Because."}}) {
    for (int i = 0; i < 9; ++i) client.answers(status, body);
    try {
      apply_catalog(only_gold, stripe, yes, out);
      ADD_FAILURE() << status;
    } catch (const StripeRefusal& refusal) {
      EXPECT_THAT(refusal.what(), HasSubstr("GET /v1/products: "));
      EXPECT_THAT(refusal.what(), HasSubstr(text));
    }
    client.forget();
  }
  EXPECT_THROW(apply_catalog(only_gold, stripe, yes, out), StripeRefusal) << "Stripe away";
  EXPECT_LT(client.requests.size(), 10U);
}

TEST_F(StripeCommands, ANewEndpointTellsItsSecretOnce) {
  answer_list("");
  client.answers(200, R"({"id":"we_1","secret":"whsec_abc"})");
  EXPECT_EQ(apply_webhook_endpoint("https://x.test/webhooks/stripe", stripe, yes, out),
            Applied::done);
  EXPECT_THAT(sent(1), HasSubstr("api_version=2026-10-28.endive"));
  EXPECT_THAT(sent(1), HasSubstr("customer.subscription.updated"));
  EXPECT_THAT(out.str(), HasSubstr("\nwhsec_abc\n"));
}

TEST_F(StripeCommands, AnEndpointThatLacksTypesOrIsOffIsMended) {
  answer_list(R"({"id":"we_1","url":"https://x.test","api_version":"2026-10-28.endive",
                  "status":"disabled","enabled_events":["invoice.paid","payout.paid"]})");
  client.answers(200, R"({"id":"we_1"})");
  EXPECT_EQ(apply_webhook_endpoint("https://x.test", stripe, yes, out), Applied::done);
  EXPECT_THAT(sent(1), HasSubstr("POST /v1/webhook_endpoints/we_1 "));
  EXPECT_THAT(sent(1), HasSubstr("payout.paid"));
  EXPECT_THAT(sent(1), HasSubstr("disabled=false"));
  EXPECT_THAT(out.str(), Not(HasSubstr("whsec")));
}

TEST_F(StripeCommands, AnEndpointOfAllEventsIsLeftAlone) {
  answer_list(R"({"id":"we_1","url":"https://x.test","api_version":"2026-10-28.endive",
                  "status":"enabled","enabled_events":["*"]})");
  EXPECT_EQ(apply_webhook_endpoint("https://x.test", stripe, yes, out), Applied::unchanged);
}

TEST_F(StripeCommands, AnEndpointOfAnotherVersionGetsANeighbour) {
  answer_list(R"({"id":"we_0","url":"https://x.test","api_version":null,
                  "status":"enabled","enabled_events":["*"]})");
  client.answers(200, R"({"id":"we_1","secret":"whsec_abc"})");
  EXPECT_EQ(apply_webhook_endpoint("https://x.test", stripe, yes, out), Applied::done);
  EXPECT_THAT(out.str(), HasSubstr("! we_0 sends to that URL too"));
}

TEST_F(StripeCommands, ACustomerOfNobodyIsBoundWithoutAsking) {
  client.answers(200, R"({"id":"cus_1","metadata":{}})");
  client.answers(200, R"({"id":"cus_1"})");
  EXPECT_EQ(bind_customer("cus_1", "u 1", stripe, no, out), Applied::done);
  EXPECT_EQ(asked, 0);
  EXPECT_EQ(sent(1), "POST /v1/customers/cus_1 metadata%5Buser_id%5D=u%201");
}

TEST_F(StripeCommands, ACustomerIsTakenFromAnotherUserOnlyWithConsent) {
  const std::string customer = R"({"id":"cus_1","metadata":{"user_id":"u1"}})";
  client.answers(200, customer).answers(200, customer).answers(200, customer);
  EXPECT_EQ(bind_customer("cus_1", "u1", stripe, no, out), Applied::unchanged);
  EXPECT_EQ(asked, 0);
  EXPECT_EQ(bind_customer("cus_1", "u2", stripe, no, out), Applied::withheld);
  EXPECT_EQ(client.requests.size(), 2U);
  client.answers(200, customer);
  EXPECT_EQ(bind_customer("cus_1", "u2", stripe, yes, out), Applied::done);
}

TEST_F(StripeCommands, ADeletedCustomerCannotBeBound) {
  client.answers(200, R"({"id":"cus_1","object":"customer","deleted":true})");
  EXPECT_THROW(bind_customer("cus_1", "u1", stripe, yes, out), StripeRefusal);
}

TEST_F(StripeCommands, NeededEventTypesAreSortedAndUnique) {
  const auto types = needed_event_types();
  EXPECT_TRUE(std::ranges::is_sorted(types));
  EXPECT_EQ(std::ranges::adjacent_find(types), types.end());
}

TEST(BindCustomer, AUserHas1To255CharactersWhateverTheirBytes) {
  const auto repeated = [](const std::string& character, int times) {
    std::string text;
    for (int i = 0; i < times; ++i) text += character;
    return text;
  };
  const std::string han = "\xE7\x94\xA8";
  EXPECT_TRUE(is_user_id("u"));
  EXPECT_TRUE(is_user_id(repeated(han, 255)));
  EXPECT_FALSE(is_user_id(repeated(han, 256)));
  EXPECT_FALSE(is_user_id(repeated("u", 256)));
  EXPECT_FALSE(is_user_id(""));
  EXPECT_FALSE(is_user_id("\xE7\x94")) << "half a character";
}

}  // namespace
}  // namespace tollgate::operations
