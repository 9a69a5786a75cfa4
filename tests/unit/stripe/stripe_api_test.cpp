// SPDX-License-Identifier: Apache-2.0
#include "stripe/stripe_api.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include "stripe/stripe_lists.hpp"
#include "tests/unit/stripe/scripted_client.hpp"

namespace tollgate::stripe {
namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::IsEmpty;
using Answered = Result<ApiAnswer, ApiFailure>;

constexpr Time begin = from_unix_seconds(1'800'000'000);

class StripeApiTest : public testing::Test {
 protected:
  StripeApi make(double requests_per_second = 0, const std::string& key = "sk_test_secret") {
    ApiOptions options;
    options.requests_per_second = requests_per_second;
    options.wait = [this](milliseconds length) { return wait(length); };
    options.random = [this] { return random_; };
    options.now = [this] { return now_; };
    return {client_, {Mode::test, key, "https://stripe.example"}, metrics_, std::move(options)};
  }

  template <class T>
  T run(asio::awaitable<T> task) {
    auto result = asio::co_spawn(io_, std::move(task), asio::use_future);
    io_.restart();
    io_.run();
    return result.get();
  }

  Answered send(ApiRequest request) {
    StripeApi api = make();
    return run(api.send(std::move(request)));
  }
  Answered get(int retries_max = 0) {
    ApiRequest request;
    request.path = "/v1/subscriptions/sub_1";
    request.retries_max = retries_max;
    return send(request);
  }
  static ApiRequest a_post() {
    ApiRequest request;
    request.method = "POST";
    request.path = "/v1/customers";
    request.parameters.add("metadata[user_id]", "usr 7");
    request.idempotency_key = "cus-create-usr_7-1";
    return request;
  }

  asio::awaitable<void> wait(milliseconds length) {
    waits_.push_back(length.count());
    now_ += length;
    co_return;
  }

  tests::ScriptedClient client_;
  Metrics metrics_;
  asio::io_context io_{1};
  std::vector<std::int64_t> waits_;
  double random_ = 1;
  Time now_ = begin;
};

TEST_F(StripeApiTest, SendsKeyVersionAndQueryAndGivesBodyAndTime) {
  client_.answers(200, R"({"id":"sub_1"})", {{"Request-Id", "req_1"}});
  ApiRequest request;
  request.path = "/v1/checkout/sessions/cs_1";
  request.parameters.add("expand[0]", "line_items");
  const auto answer = send(request);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body, R"({"id":"sub_1"})");
  EXPECT_EQ(answer->as_of, from_unix_seconds(1'795'219'200));
  EXPECT_EQ(answer->request_id, "req_1");
  const http::ClientRequest& sent = client_.requests.at(0);
  EXPECT_EQ(sent.method, "GET");
  EXPECT_EQ(sent.url, "https://stripe.example/v1/checkout/sessions/cs_1?expand%5B0%5D=line_items");
  EXPECT_EQ(client_.header(0, "Authorization"), "Bearer sk_test_secret");
  EXPECT_EQ(client_.header(0, "Stripe-Version"), "2026-10-28.endive");
  EXPECT_EQ(client_.header(0, "Stripe-Account"), "");
  EXPECT_EQ(client_.header(0, "Idempotency-Key"), "");
}

TEST_F(StripeApiTest, NamesTheConnectedAccountAsTheApiWantsIt) {
  client_.answers(200, "{}").answers(200, "{}");
  ApiRequest request;
  request.account = "acct_1";
  request.path = "/v1/invoices/in_1";
  ASSERT_TRUE(send(request));
  request.path = "/v2/core/events/evt_1";
  ASSERT_TRUE(send(request));
  EXPECT_EQ(client_.header(0, "Stripe-Account"), "acct_1");
  EXPECT_EQ(client_.header(0, "Stripe-Context"), "");
  EXPECT_EQ(client_.header(1, "Stripe-Account"), "");
  EXPECT_EQ(client_.header(1, "Stripe-Context"), "acct_1");
}

TEST_F(StripeApiTest, PostsAFormUnderItsIdempotencyKeyAtEveryAttempt) {
  client_.answers(500, "{}").fails(http::ClientFault::no_answer).answers(200, R"({"id":"cus_1"})");
  ApiRequest request = a_post();
  request.retries_max = 2;
  ASSERT_TRUE(send(request));
  ASSERT_EQ(client_.requests.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(client_.requests[i].body, "metadata%5Buser_id%5D=usr%207");
    EXPECT_EQ(client_.requests[i].repeat, http::Repeat::allowed);
    EXPECT_EQ(client_.header(i, "Idempotency-Key"), "cus-create-usr_7-1");
    EXPECT_EQ(client_.header(i, "Content-Type"), "application/x-www-form-urlencoded");
  }
}

TEST_F(StripeApiTest, SendsNothingWithoutKeyAndNoPostWithoutIdempotencyKey) {
  StripeApi keyless = make(0, "");
  EXPECT_FALSE(keyless.may_ask());
  EXPECT_EQ(run(keyless.send(a_post())).error().fault, ApiFault::bad_request);
  ApiRequest request = a_post();
  request.idempotency_key.clear();
  EXPECT_EQ(send(request).error().fault, ApiFault::bad_request);
  EXPECT_THAT(client_.requests, IsEmpty());
}

TEST_F(StripeApiTest, TellsWhatWentWrongInStripesWords) {
  client_.answers(402, R"({"error":{"type":"card_error","code":"card_declined",
      "decline_code":"insufficient_funds","message":"Your card has insufficient funds."}})",
                  {{"request-id", "req_9"}});
  const auto answer = send(a_post());
  ASSERT_FALSE(answer);
  const ApiFailure& failure = answer.error();
  EXPECT_EQ(failure.fault, ApiFault::card_declined);
  EXPECT_EQ(failure.status, 402U);
  EXPECT_EQ(failure.type, "card_error");
  EXPECT_EQ(failure.code, "card_declined");
  EXPECT_EQ(failure.decline_code, "insufficient_funds");
  EXPECT_EQ(failure.message, "Your card has insufficient funds.");
  EXPECT_EQ(failure.request_id, "req_9");
}

TEST_F(StripeApiTest, TriesAgainAsOftenAsAllowed) {
  for (const unsigned status : {400U, 503U}) {
    client_.forget();
    client_.answers(status, "{}").answers(status, "no JSON").answers(200, "{}");
    EXPECT_FALSE(get(1)) << status;
    EXPECT_EQ(client_.requests.size(), status == 503 ? 2U : 1U) << status;
  }
}

TEST_F(StripeApiTest, TellsWhetherAnyOfItsTriesMayHaveBegun) {
  client_.answers(429, "{}").fails(http::ClientFault::cannot_connect);
  EXPECT_FALSE(get(1).error().may_have_begun);
  client_.answers(429, "{}").fails(http::ClientFault::no_answer);
  EXPECT_TRUE(get(1).error().may_have_begun);
  client_.fails(http::ClientFault::no_answer).fails(http::ClientFault::cannot_connect);
  EXPECT_TRUE(get(1).error().may_have_begun) << "the first one may have been heard";
  client_.answers(409, "{}").answers(429, "{}");
  EXPECT_TRUE(get(1).error().may_have_begun) << "whoever holds the key may carry it out";
}

TEST_F(StripeApiTest, DoesAsStripeSaysAboutTryingAgain) {
  client_.answers(400, "{}", {{"Stripe-Should-Retry", "true"}}).answers(200, "{}");
  EXPECT_TRUE(get(1));
  client_.answers(500, "{}", {{"Stripe-Should-Retry", "false"}});
  EXPECT_FALSE(get(1));
  EXPECT_EQ(client_.requests.size(), 3U);
}

TEST_F(StripeApiTest, WaitsLongerEachTimeUpToFiveSecondsAndNeverUnderHalfASecond) {
  for (int i = 0; i < 7; ++i) client_.answers(503, "{}");
  EXPECT_FALSE(get(6));
  EXPECT_THAT(waits_, ElementsAre(500, 1'000, 2'000, 4'000, 5'000, 5'000));
  waits_.clear();
  random_ = 0;
  for (int i = 0; i < 7; ++i) client_.answers(503, "{}");
  EXPECT_FALSE(get(6));
  EXPECT_THAT(waits_, ElementsAre(500, 500, 1'000, 2'000, 2'500, 2'500));
}

TEST_F(StripeApiTest, AllAttemptsAndPausesTogetherEndInTime) {
  ApiRequest request;
  request.path = "/v1/subscriptions/sub_1";
  request.retries_max = 9;
  request.attempt_max = milliseconds{1'800};
  request.total_max = milliseconds{2'000};
  ASSERT_TRUE(send(std::move(request)).has_error());
  EXPECT_THAT(waits_, ElementsAre(500, 1000)) << "the next pause would outlast it";
  EXPECT_EQ(client_.requests.at(0).time_max, milliseconds{1'800});
  EXPECT_EQ(client_.requests.at(2).time_max, milliseconds{500});
}

TEST_F(StripeApiTest, EachAttemptHasItsOwnTimeHoweverLongAllMayTake) {
  ApiRequest request;
  request.path = "/v1/subscriptions/sub_1";
  request.attempt_max = milliseconds{6'000};
  request.retries_max = 1;
  ASSERT_TRUE(send(std::move(request)).has_error());
  ASSERT_EQ(client_.requests.size(), 2U);
  EXPECT_EQ(client_.requests.at(0).time_max, milliseconds{6'000});
  EXPECT_EQ(client_.requests.at(1).time_max, milliseconds{6'000});
}

TEST_F(StripeApiTest, DoesNotTakeA429ForNothingWhereTheRequestWasSentBefore) {
  client_.answers(429, "{}").on_second_sending();
  EXPECT_TRUE(get().error().may_have_begun);
}

TEST_F(StripeApiTest, CallsAnAnswerThatIsNoJsonUnreadable) {
  client_.answers(200, "<html>");
  EXPECT_EQ(get().error().fault, ApiFault::unreadable);
}

TEST_F(StripeApiTest, KeepsTheBudgetOfAllCallersTogether) {
  StripeApi api = make(10);
  for (int i = 0; i < 12; ++i) {
    client_.answers(200, "{}");
    ApiRequest request;
    request.path = "/v1/invoices/in_1";
    ASSERT_TRUE(run(api.send(request)));
  }
  EXPECT_GE(now_ - begin, milliseconds{1'000});
  EXPECT_LE(now_ - begin, milliseconds{1'200});
}

TEST_F(StripeApiTest, AsksNobodyForAWhileAfterA429) {
  StripeApi api = make(10);
  client_.answers(429, "{}").answers(200, "{}");
  ApiRequest request;
  request.path = "/v1/invoices/in_1";
  EXPECT_EQ(run(api.send(request)).error().fault, ApiFault::rate_limited);
  EXPECT_TRUE(run(api.send(request)));
  EXPECT_THAT(waits_, ElementsAre(1'000));
}

TEST_F(StripeApiTest, AnswersItselfWhereTheBudgetIsTooFarAway) {
  StripeApi api = make(10);
  ApiRequest request;
  request.path = "/v1/invoices/in_1";
  for (int i = 0; i < 4; ++i) client_.answers(429, "{}");
  for (int i = 0; i < 4; ++i) EXPECT_FALSE(run(api.send(request)));
  const std::size_t sent = client_.requests.size();
  const auto kept_here = run(api.send(request));
  EXPECT_EQ(kept_here.error().type, "own_budget");
  EXPECT_FALSE(kept_here.error().may_have_begun);
  EXPECT_EQ(client_.requests.size(), sent);
}

TEST_F(StripeApiTest, ReadsAListPageByPage) {
  StripeApi api = make();
  client_
      .answers(200, R"({"object":"list","data":[{"id": "il_2"}, {"id":"il_1"}],"has_more":true})")
      .answers(200, R"({"object":"list","data":[],"has_more":false})");
  ApiRequest request;
  request.path = "/v1/invoices/in_1/lines";
  const auto page = run(fetch_page(api, request, ""));
  ASSERT_TRUE(page);
  EXPECT_THAT(page->elements, ElementsAre(R"({"id": "il_2"})", R"({"id":"il_1"})"));
  EXPECT_TRUE(page->has_more);
  const auto last = run(fetch_page(api, request, page->last_id));
  ASSERT_TRUE(last);
  EXPECT_FALSE(last->has_more);
  EXPECT_EQ(client_.requests.at(0).url, "https://stripe.example/v1/invoices/in_1/lines?limit=100");
  EXPECT_EQ(client_.requests.at(1).url,
            "https://stripe.example/v1/invoices/in_1/lines?limit=100&starting_after=il_1");
}

}  // namespace
}  // namespace tollgate::stripe
