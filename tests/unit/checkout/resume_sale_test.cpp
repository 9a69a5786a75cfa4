// SPDX-License-Identifier: Apache-2.0
// A second click whose purchase is turned away under it: it asks all that the first one asked.
#include <gmock/gmock.h>

#include "checkout/sell/start_subscription.hpp"
#include "tests/unit/checkout/scripted_attempts.hpp"

namespace tollgate::checkout {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using tests::stripe_url;
using tests::tries;

constexpr const char* nothing = R"({"data":[],"has_more":false})";
constexpr const char* price_list = R"({"data":[{"id":"price_1","lookup_key":"pro_month",
  "currency":"eur","unit_amount":1900,"recurring":{"interval":"month"}}]})";

Catalog with_a_trial() {
  Plan plan;
  plan.id = "professional";
  plan.trial_days = 14;
  plan.stripe.prices.push_back({"pro_month", 1'900, "eur", "month"});
  Catalog catalog;
  catalog.plans.push_back(std::move(plan));
  return catalog;
}

class ResumeSaleTest : public tests::ScriptedAttempts {
 protected:
  ResumeSaleTest() { store_.customers["usr_1"] = "cus_1"; }

  static Purchase purchase() {
    Purchase wanted;
    wanted.plan = "professional";
    wanted.interval = "month";
    wanted.success_url = wanted.cancel_url = "https://shop.example/";
    wanted.payment_method = "pm_token";
    return wanted;
  }
  /// Another process sends that call, is turned away, and takes it back as soon as it was seen.
  void is_withdrawn_once_it_was_seen(std::string name) {
    Step step{name, "/v1/of_the_other", "of=the_other", {}};
    run(store_.begin_step("attempt_1", std::move(step)));
    store_.after_pending = [this, name]() { return store_.withdraw_step("attempt_1", name); };
  }
  /// `METHOD /path` of each request.
  std::vector<std::string> asked() const {
    std::vector<std::string> lines;
    for (const http::ClientRequest& request : client_.requests) {
      const std::string target = request.url.substr(std::string_view{stripe_url}.size());
      lines.push_back(request.method + " " + target.substr(0, target.find('?')));
    }
    return lines;
  }

  const Catalog catalog_ = with_a_trial();
  Selling selling_{catalog_, store_, sender_, clock_};
};

TEST_F(ResumeSaleTest, ASubscriptionAsksTheGuardAndKeepsItsTrial) {
  StartSubscription start{selling_};
  const auto click = [&] { return run(start.run("usr_1", purchase(), {}, ample_)); };
  client_.answers(200, nothing).answers(200, nothing);
  client_.answers(200, R"({"id":"pm_attached"})").answers(200, R"({"id":"cus_1"})");
  client_.answers(200, price_list);
  answers(429, tries);
  EXPECT_EQ(click().error().code, "stripe_busy");
  client_.forget();
  is_withdrawn_once_it_was_seen("subscribe");
  client_.answers(200, nothing).answers(200, nothing);
  client_.answers(200, R"({"id":"sub_1"})").answers(200, R"({"id":"sub_1","status":"trialing"})");
  EXPECT_EQ(click()->status, "trialing");
  EXPECT_THAT(asked(), ElementsAre("GET /v1/checkout/sessions", "GET /v1/subscriptions",
                                   "POST /v1/subscriptions", "GET /v1/subscriptions/sub_1"));
  EXPECT_THAT(client_.requests.at(2).body, HasSubstr("trial_period_days=14"));
  EXPECT_THAT(client_.requests.at(2).body, HasSubstr("default_payment_method=pm_attached"));
}

TEST_F(ResumeSaleTest, ASessionAsksTheGuardAndKeepsItsTrial) {
  StartCheckout start{selling_, {"https://shop.example"}, {}};
  const auto click = [&] { return run(start.run("usr_1", purchase(), {}, ample_)); };
  client_.answers(200, nothing).answers(200, nothing).answers(200, price_list);
  answers(429, tries);
  EXPECT_EQ(click().error().code, "stripe_busy");
  client_.forget();
  is_withdrawn_once_it_was_seen("session");
  client_.answers(200, nothing).answers(200, nothing).answers(200, R"({"id":"cs_1"})");
  EXPECT_EQ(click()->session.id, "cs_1");
  EXPECT_THAT(asked(), ElementsAre("GET /v1/checkout/sessions", "GET /v1/subscriptions",
                                   "POST /v1/checkout/sessions"));
  EXPECT_THAT(client_.requests.at(2).body, HasSubstr("trial_period_days"));
  EXPECT_THAT(client_.requests.at(2).body, HasSubstr("price_1"));
}

}  // namespace
}  // namespace tollgate::checkout
