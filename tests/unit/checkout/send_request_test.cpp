// SPDX-License-Identifier: Apache-2.0
#include "checkout/ask/send_request.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>

#include "tests/unit/stripe/scripted_client.hpp"

namespace tollgate::checkout {
namespace {

namespace asio = boost::asio;

class StoppedClock final : public Clock {
 public:
  [[nodiscard]] Time now() const override { return from_unix_seconds(1'797'000'000); }
};

/// Lets every request wait as long as it may.
class SilentClient final : public http::Client {
 public:
  asio::awaitable<Result<http::ClientResponse, http::ClientFault>> send(
      http::ClientRequest request) override {
    ++sent;
    asio::steady_timer end{co_await asio::this_coro::executor, request.time_max};
    co_await end.async_wait(asio::use_awaitable);
    co_return http::ClientFault::no_answer;
  }

  int sent = 0;
};

class SendRequestTest : public testing::Test {
 protected:
  Sent get(std::chrono::milliseconds time = request_max) {
    auto result =
        asio::co_spawn(io_, sender_.get("/v1/prices", Deadline::in(time)), asio::use_future);
    io_.restart();
    io_.run();
    return result.get();
  }

  static stripe::ApiOptions without_waits() {
    stripe::ApiOptions options;
    options.wait = [](std::chrono::milliseconds) -> asio::awaitable<void> { co_return; };
    return options;
  }

  asio::io_context io_;
  tests::ScriptedClient client_;
  Metrics metrics_;
  StoppedClock clock_;
  stripe::StripeApi api_{client_,
                         {stripe::Mode::test, "sk_test_secret", "https://stripe.example"},
                         metrics_,
                         without_waits()};
  SendRequest sender_{api_, clock_, metrics_};
};

TEST_F(SendRequestTest, ALimitOfOurOwnDoesNotCountAsASilenceOfStripe) {
  for (int call = 0; call < Breaker::failures_max; ++call) {
    for (int attempt = 0; attempt < 3; ++attempt) client_.fails(http::ClientFault::too_busy);
    const Sent sent = get();
    ASSERT_TRUE(sent.has_error());
    EXPECT_EQ(sender_.in_words(sent.error()).code, "stripe_busy");
  }
  client_.answers(200, "{}");
  EXPECT_TRUE(get()) << "and so the next one is sent";
}

TEST_F(SendRequestTest, ASilenceOfStripeIsMetOnceByEachOfThreeAndThenByNobody) {
  for (int call = 0; call < Breaker::failures_max; ++call) {
    EXPECT_EQ(sender_.in_words(get().error()).code, "stripe_unavailable");
  }
  const std::size_t sent = client_.requests.size();
  EXPECT_TRUE(get().has_error());
  EXPECT_EQ(client_.requests.size(), sent);
}

TEST_F(SendRequestTest, AfterTheDeadlineNothingIsSentAndStripeIsNotHeldToBeAway) {
  using std::chrono::milliseconds;
  for (int call = 0; call < Breaker::failures_max; ++call) {
    const Sent sent = get(milliseconds{0});
    ASSERT_TRUE(sent.has_error());
    const Failure failure = sender_.in_words(sent.error());
    EXPECT_EQ(failure.fault, Fault::stripe_away);
    EXPECT_EQ(failure.code, "stripe_timeout");
    EXPECT_GE(failure.retry_after_s, 1);
  }
  EXPECT_TRUE(client_.requests.empty());
  client_.answers(200, "{}");
  EXPECT_TRUE(get());
}

TEST_F(SendRequestTest, ACallTakesNoLongerThanItsRequestHasLeft) {
  client_.answers(200, "{}");
  EXPECT_TRUE(get(std::chrono::milliseconds{1'500}));
  EXPECT_LE(client_.requests.at(0).time_max, std::chrono::milliseconds{1'500});
}

TEST_F(SendRequestTest, WhatTheDeadlineCutsOffIsLateAndSaysNothingAboutStripe) {
  SilentClient silent;
  stripe::StripeApi api{
      silent, {stripe::Mode::test, "sk_test_secret", "https://stripe.example"}, metrics_};
  SendRequest sender{api, clock_, metrics_};
  for (int call = 0; call <= Breaker::failures_max; ++call) {
    auto answer =
        asio::co_spawn(io_, sender.get("/v1/prices", Deadline::in(std::chrono::milliseconds{250})),
                       asio::use_future);
    io_.restart();
    io_.run();
    EXPECT_EQ(sender.in_words(answer.get().error()).code, "stripe_timeout");
  }
  EXPECT_EQ(silent.sent, Breaker::failures_max + 1) << "the breaker keeps none of them";
}

}  // namespace
}  // namespace tollgate::checkout
