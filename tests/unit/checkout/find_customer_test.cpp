// SPDX-License-Identifier: Apache-2.0
// When a user's customer is forgotten: a wrong key must not let him buy again what he has.
#include "checkout/ask/find_customer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include "tests/unit/checkout/memory_attempts.hpp"
#include "tests/unit/stripe/scripted_client.hpp"

namespace tollgate::checkout {
namespace {

using stripe::Mode;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* missing =
    R"({"error":{"type":"invalid_request_error","code":"resource_missing"}})";
constexpr const char* deleted = R"({"id":"cus_1","object":"customer","deleted":true})";

class ForgettingStore final : public tests::MemoryAttempts {
 public:
  using MemoryAttempts::MemoryAttempts;

  Awaitable<void> forget_customer(std::string, std::string customer_id) override {
    forgotten.push_back(std::move(customer_id));
    co_return;
  }

  std::vector<std::string> forgotten;
};

class FindCustomerTest : public testing::Test {
 protected:
  Outcome<bool> forget_if_gone(Mode mode, unsigned status, const char* body) {
    client_.answers(status, body);
    const std::string key = mode == Mode::live ? "sk_live_secret" : "sk_test_secret";
    stripe::StripeApi api{client_, {mode, key, "https://stripe.example"}, metrics_};
    SendRequest sender{api, clock_, metrics_};
    FindCustomer customers{store_, sender, clock_};
    auto gone = boost::asio::co_spawn(
        io_, customers.forget_if_gone("usr_1", "cus_1", Deadline::in(std::chrono::minutes{1})),
        boost::asio::use_future);
    io_.restart();
    io_.run();
    return gone.get();
  }

  bool is_gone(Mode mode, unsigned status, const char* body) {
    const auto gone = forget_if_gone(mode, status, body);
    EXPECT_TRUE(gone.has_value());
    return gone && *gone;
  }

  boost::asio::io_context io_;
  tests::ScriptedClient client_;
  Metrics metrics_;
  const SystemClock clock_;
  ForgettingStore store_{clock_};
};

TEST_F(FindCustomerTest, OneThatWasDeletedIsForgottenInBothModes) {
  for (const Mode mode : {Mode::test, Mode::live}) {
    EXPECT_TRUE(is_gone(mode, 200, deleted));
  }
  EXPECT_THAT(store_.forgotten, ElementsAre("cus_1", "cus_1"));
}

TEST_F(FindCustomerTest, OneThatIsThereStays) {
  EXPECT_FALSE(is_gone(Mode::live, 200, R"({"id":"cus_1"})"));
  EXPECT_THAT(store_.forgotten, IsEmpty());
}

TEST_F(FindCustomerTest, OneThatALiveKeyDoesNotSeeStaysAndTheLogNamesTheKey) {
  testing::internal::CaptureStderr();
  const auto gone = forget_if_gone(Mode::live, 404, missing);
  const std::string lines = testing::internal::GetCapturedStderr();
  ASSERT_TRUE(gone.has_error());
  EXPECT_EQ(gone.error().fault, Fault::stripe_refused);
  EXPECT_THAT(store_.forgotten, IsEmpty());
  EXPECT_THAT(lines, HasSubstr("STRIPE_SECRET_KEY"));
  EXPECT_THAT(lines, HasSubstr("cus_1"));
}

TEST_F(FindCustomerTest, OneThatWasWipedWithAllTestDataIsForgotten) {
  EXPECT_TRUE(is_gone(Mode::test, 404, missing));
  EXPECT_THAT(store_.forgotten, ElementsAre("cus_1"));
}

}  // namespace
}  // namespace tollgate::checkout
