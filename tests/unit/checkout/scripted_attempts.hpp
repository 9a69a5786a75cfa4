// SPDX-License-Identifier: Apache-2.0
// Attempts at a Stripe that answers by a script, kept in memory: what the tests of
// follow_attempt.hpp stand on. Those of PostgreSQL are in tests/integration/checkout.
#pragma once

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include <string>
#include <utility>
#include <vector>

#include "checkout/ask/follow_attempt.hpp"
#include "tests/unit/checkout/memory_attempts.hpp"
#include "tests/unit/stripe/scripted_client.hpp"

namespace tollgate::tests {

class MovableClock final : public Clock {
 public:
  [[nodiscard]] Time now() const override { return now_; }
  void advance(std::chrono::seconds time) { now_ += time; }

 private:
  Time now_ = from_unix_seconds(1'797'000'000);
};

inline constexpr const char* stripe_url = "https://stripe.example";
/// Of one call; each takes an answer of the script.
inline constexpr int tries = 3;

class ScriptedAttempts : public testing::Test {
 protected:
  template <class T>
  T run(boost::asio::awaitable<T> task) {
    auto result = boost::asio::co_spawn(io_, std::move(task), boost::asio::use_future);
    io_.restart();
    io_.run();
    return result.get();
  }

  checkout::Outcome<checkout::Opened> open(const std::string& request) {
    return run(attempts_.open("usr_1", request, {}, ample_));
  }
  checkout::Attempt opened(const std::string& request = "to enterprise") {
    return open(request)->attempt;
  }
  checkout::Outcome<checkout::StepResult> post(const checkout::Attempt& attempt,
                                               std::string body = "price=enterprise") {
    return run(
        attempts_.post(attempt, "change", "/v1/subscriptions/sub_1", std::move(body), ample_));
  }
  checkout::Fault fault_of_post(const checkout::Attempt& attempt) {
    return post(attempt).error().fault;
  }
  bool is_pending(const checkout::Attempt& attempt) {
    return run(attempts_.is_pending(attempt, "change"));
  }

  void answers(unsigned status, int times = 1) {
    for (int i = 0; i < times; ++i) client_.answers(status, "{}");
  }
  void fails(http::ClientFault fault) {
    for (int i = 0; i < tries; ++i) client_.fails(fault);
  }

  /// `key body` of each request since the last look.
  std::vector<std::string> sent() {
    std::vector<std::string> lines;
    for (std::size_t i = 0; i < client_.requests.size(); ++i) {
      lines.push_back(client_.header(i, "Idempotency-Key") + " " + client_.requests[i].body);
    }
    client_.requests.clear();
    return lines;
  }

  static stripe::ApiOptions without_waits() {
    stripe::ApiOptions options;
    options.wait = [](std::chrono::milliseconds) -> boost::asio::awaitable<void> { co_return; };
    return options;
  }

  const checkout::Deadline ample_ = checkout::Deadline::in(std::chrono::minutes{10});
  boost::asio::io_context io_;
  ScriptedClient client_;
  Metrics metrics_;
  MovableClock clock_;
  stripe::StripeApi api_{
      client_, {stripe::Mode::test, "sk_test_secret", stripe_url}, metrics_, without_waits()};
  checkout::SendRequest sender_{api_, clock_, metrics_};
  MemoryAttempts store_{clock_};
  checkout::FollowAttempt attempts_{store_, sender_, clock_};
};

}  // namespace tollgate::tests
