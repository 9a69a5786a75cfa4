// SPDX-License-Identifier: Apache-2.0
#include "checkout/ask/list_held.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include "tests/unit/stripe/scripted_client.hpp"

namespace tollgate::checkout {
namespace {

using testing::HasSubstr;

TEST(ListHeld, ACustomerWithTooMuchIsNamedToWhoHasToLook) {
  boost::asio::io_context io;
  tests::ScriptedClient client;
  for (int page = 0; page < ListHeld::pages_max; ++page) {
    client.answers(200, R"({"object":"list","has_more":true,"data":[{"id":"sub_1"}]})");
  }
  Metrics metrics;
  const SystemClock clock;
  stripe::StripeApi api{
      client, {stripe::Mode::test, "sk_test_secret", "https://stripe.example"}, metrics};
  SendRequest sender{api, clock, metrics};
  ListHeld held{sender};
  testing::internal::CaptureStderr();
  auto found = boost::asio::co_spawn(
      io, held.subscriptions("cus_busy", Deadline::in(std::chrono::minutes{1})),
      boost::asio::use_future);
  io.run();
  EXPECT_EQ(found.get().error().code, "too_many_objects");
  EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr("cus_busy"));
}

}  // namespace
}  // namespace tollgate::checkout
