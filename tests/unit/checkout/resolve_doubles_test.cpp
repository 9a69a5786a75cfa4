// SPDX-License-Identifier: Apache-2.0
// What is given back of two subscriptions, and what is left to a person.
#include "checkout/sell/resolve_doubles.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include <map>

#include "tests/unit/checkout/memory_attempts.hpp"
#include "tests/unit/stripe/scripted_client.hpp"

namespace tollgate::checkout {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;

Catalog sold_gold() {
  Catalog sold;
  Plan plan;
  plan.id = "gold";
  plan.stripe.products = {"prod_gold"};
  sold.plans.push_back(plan);
  return sold;
}

/// By subscription: `unsettled`, or how it ended.
class MemoryDoubles final : public DoublesStore {
 public:
  template <class T>
  using Awaitable = boost::asio::awaitable<T>;

  Awaitable<std::vector<DoubleCheck>> claim_checks() override { co_return std::exchange(due, {}); }
  Awaitable<void> finish_check(DoubleCheck) override { co_return; }
  Awaitable<bool> note(DoublePurchase found, DoublesPolicy policy) override {
    const std::string state = policy == DoublesPolicy::refund ? "unsettled" : "reported";
    co_return states.try_emplace(std::move(found.subscription), state).second;
  }
  Awaitable<std::vector<DoublePurchase>> claim_unsettled() override {
    std::vector<DoublePurchase> found;
    for (const auto& [subscription, state] : states) {
      if (state == "unsettled") found.push_back({subscription, "usr_1", "sub_kept"});
    }
    co_return found;
  }
  Awaitable<void> settle(std::string subscription, DoubleEnd end) override {
    const std::map<DoubleEnd, std::string> words{{DoubleEnd::refunded, "refunded"},
                                                 {DoubleEnd::reported, "reported"},
                                                 {DoubleEnd::obsolete, "obsolete"}};
    states[subscription] = words.at(end);
    co_return;
  }

  std::vector<DoubleCheck> due;
  std::map<std::string, std::string> states;
};

std::string subscription(const std::string& id, const std::string& status, int created,
                         const std::string& invoice_status = "paid") {
  return R"({"id":")" + id + R"(","status":")" + status + R"(","customer":"cus_1","created":)" +
         std::to_string(created) +
         R"(,"items":{"data":[{"price":{"product":"prod_gold"}}]},"latest_invoice":{"id":"in_1",)"
         R"("status":")" +
         invoice_status + R"(","payments":{"data":[{"payment":{"payment_intent":"pi_1"}}]}}})";
}

std::string list(const std::string& first, const std::string& second) {
  return R"({"has_more":false,"data":[)" + first + "," + second + "]}";
}

class ResolveDoublesTest : public testing::Test {
 protected:
  void run() {
    auto done = boost::asio::co_spawn(io_, resolve_.run_once(), boost::asio::use_future);
    io_.restart();
    io_.run();
    done.get();
  }
  void look_at(const std::string& customers_list) {
    doubles_.due = {{"usr_1", "cus_1", "1"}};
    client_.answers(200, customers_list);
  }
  /// Methods and paths of what was not only read.
  std::vector<std::string> done() const {
    std::vector<std::string> calls;
    for (const http::ClientRequest& each : client_.requests) {
      const std::size_t host = std::string_view{"https://stripe.example"}.size();
      if (each.method != "GET") calls.push_back(each.method + " " + each.url.substr(host));
    }
    return calls;
  }

  boost::asio::io_context io_;
  tests::ScriptedClient client_;
  Metrics metrics_;
  const SystemClock clock_;
  const Catalog catalog_ = sold_gold();
  tests::MemoryAttempts attempts_{clock_};
  MemoryDoubles doubles_;
  stripe::StripeApi api_{
      client_, {stripe::Mode::test, "sk_test_secret", "https://stripe.example"}, metrics_};
  SendRequest sender_{api_, clock_, metrics_};
  Selling selling_{catalog_, attempts_, sender_, clock_};
  ResolveDoubles resolve_{selling_, doubles_, DoublesPolicy::refund, metrics_};
};

TEST_F(ResolveDoublesTest, TheLaterOneIsEndedAndGivenBack) {
  const std::string later = subscription("sub_2", "active", 7);
  const std::string both = list(later, subscription("sub_1", "active", 5));
  look_at(both);
  client_.answers(200, later).answers(200, both).answers(200, later).answers(200, "{}");
  run();
  EXPECT_THAT(done(), ElementsAre("DELETE /v1/subscriptions/sub_2", "POST /v1/refunds"));
  EXPECT_THAT(doubles_.states, ElementsAre(Pair("sub_2", "refunded")));
}

TEST_F(ResolveDoublesTest, AnOlderOneThatIsPausedOrOwesIsLeftToAPerson) {
  for (const char* status : {"paused", "past_due", "unpaid"}) {
    doubles_.states.clear();
    look_at(list(subscription("sub_2", "active", 7), subscription("sub_1", status, 5)));
    run();
    EXPECT_THAT(doubles_.states, ElementsAre(Pair("sub_1", "reported"))) << status;
  }
  EXPECT_THAT(done(), IsEmpty());
}

TEST_F(ResolveDoublesTest, OneThatIsTheOlderOneByNowIsLeftToAPerson) {
  doubles_.states = {{"sub_1", "unsettled"}};
  const std::string older = subscription("sub_1", "past_due", 5);
  client_.answers(200, older).answers(200, list(subscription("sub_2", "active", 7), older));
  run();
  EXPECT_THAT(done(), IsEmpty());
  EXPECT_THAT(doubles_.states, ElementsAre(Pair("sub_1", "reported")));
}

TEST_F(ResolveDoublesTest, WhatNobodyPaidIsEndedAndSettledWithoutARefund) {
  doubles_.states = {{"sub_2", "unsettled"}};
  const std::string unpaid = subscription("sub_2", "past_due", 7, "open");
  client_.answers(200, unpaid).answers(200, list(unpaid, subscription("sub_1", "active", 5)));
  client_.answers(200, unpaid).answers(200, R"({"status":"requires_payment_method"})");
  run();
  EXPECT_THAT(done(), ElementsAre("DELETE /v1/subscriptions/sub_2"));
  EXPECT_THAT(doubles_.states, ElementsAre(Pair("sub_2", "refunded")));
}

TEST_F(ResolveDoublesTest, WhatIsBeingPaidIsGivenBackWhenTheMoneyIsHere) {
  doubles_.states = {{"sub_2", "unsettled"}};
  const std::string paying = subscription("sub_2", "canceled", 7, "open");
  client_.answers(200, paying).answers(404, "{}").answers(200, R"({"status":"processing"})");
  run();
  EXPECT_THAT(doubles_.states, ElementsAre(Pair("sub_2", "unsettled")));
  client_.answers(200, subscription("sub_2", "canceled", 7)).answers(404, "{}").answers(200, "{}");
  run();
  EXPECT_EQ(done().back(), "POST /v1/refunds");
  EXPECT_THAT(doubles_.states, ElementsAre(Pair("sub_2", "refunded")));
}

TEST_F(ResolveDoublesTest, WhereTheTwoHaveChangedTheirPartsTheOtherOneIsNoted) {
  doubles_.states = {{"sub_2", "unsettled"}};
  const std::string kept_now = subscription("sub_2", "active", 7);
  client_.answers(200, kept_now);
  client_.answers(200, list(kept_now, subscription("sub_1", "past_due", 5)));
  run();
  EXPECT_THAT(done(), IsEmpty());
  EXPECT_THAT(doubles_.states,
              UnorderedElementsAre(Pair("sub_1", "reported"), Pair("sub_2", "obsolete")));
}

}  // namespace
}  // namespace tollgate::checkout
