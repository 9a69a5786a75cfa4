// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <barrier>
#include <chrono>
#include <cstddef>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "tests/integration/entitlements/buyer.hpp"
#include "tests/integration/entitlements/writer.hpp"

namespace tollgate::entitlements {
namespace {

using tests::Buyer;
using tests::member;
using tests::MigratedSchema;
using tests::Writer;

constexpr int race_rounds = 1'000;
constexpr std::int64_t later = Buyer::begun + 100;

/// What happens to the payment, in turn; the customer's event is an upgrade each time.
struct Refund {
  std::int64_t amount;
  const char* status;
  const char* plan;  ///< that the user has afterwards
};
constexpr Refund refunds[] = {{1900, "succeeded", "free"},
                              {900, "succeeded", "enterprise"},
                              {1900, "pending", "free"},
                              {1900, "failed", "enterprise"}};
const Refund& refund_of(int round) {
  return refunds[static_cast<std::size_t>(round) % std::size(refunds)];
}

/// As before 2026-07-29 it names the payment only, so Kafka's key is the payment.
std::string refund_event(const Buyer& buyer, const Refund& refund) {
  const bool failed = std::string_view{refund.status} == "failed";
  return tests::event_body(
      "evt_re_" + buyer.name, failed ? "refund.failed" : "refund.created", later,
      {"re_" + buyer.name, "refund",
       member("payment_intent", buyer.payment_intent) + member("charge", buyer.charge) +
           member("status", refund.status) + member("currency", "usd") +
           ", \"amount\": " + std::to_string(refund.amount)});
}

std::string upgrade_event(const Buyer& buyer) {
  return tests::event_body(
      "evt_up_" + buyer.name, "customer.subscription.updated", later,
      {buyer.subscription, "subscription",
       member("customer", buyer.customer) + member("status", "active") +
           member("latest_invoice", buyer.invoice) + ", \"items\": {\"data\": [{\"id\": \"si_1\"" +
           ", \"quantity\": 1, \"current_period_start\": " + std::to_string(Buyer::begun) +
           ", \"current_period_end\": " + std::to_string(Buyer::period_end) +
           ", \"price\": {\"id\": \"price_2\", \"product\": \"prod_tollgate_enterprise\"}}], "
           "\"has_more\": false}"});
}

Buyer buyer_of(int round) { return Buyer{std::to_string(round)}; }

/// Everybody has bought before the race begins.
void check_out_all(Writer& writer) {
  std::vector<std::string> bodies;
  for (int round = 0; round < race_rounds; ++round) {
    const Buyer buyer = buyer_of(round);
    for (std::string body :
         {buyer.session_completed(), buyer.subscription_created(), buyer.invoice_paid(),
          buyer.invoice_payment_paid(), buyer.payment_succeeded()}) {
      bodies.push_back(std::move(body));
    }
    if (bodies.size() < 900 && round + 1 < race_rounds) continue;
    ASSERT_EQ(writer.apply(bodies, 2), Applied::all);
    bodies.clear();
  }
}

/// The writers' start is moved against each other, so that they meet at every step of theirs.
void fall_behind(int round) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::microseconds{round % 32 * 50};
  while (std::chrono::steady_clock::now() < end) std::this_thread::yield();
}

/// Two instances, one with the partition of the payments and one with that of the customers.
void race(const MigratedSchema& database) {
  Writer payments{database};
  Writer customers{database};
  std::barrier start{2};
  int applied = 0;
  std::thread thread{[&] {
    for (int round = 0; round < race_rounds; ++round) {
      start.arrive_and_wait();
      if (round % 64 < 32) fall_behind(round);
      applied += customers.apply({upgrade_event(buyer_of(round))}, 1) == Applied::all;
    }
  }};
  int refunded = 0;
  for (int round = 0; round < race_rounds; ++round) {
    const Buyer buyer = buyer_of(round);
    const std::string body = refund_event(buyer, refund_of(round));
    start.arrive_and_wait();
    if (round % 64 >= 32) fall_behind(round);
    refunded += payments.apply({body}, 0) == Applied::all;
  }
  thread.join();
  ASSERT_EQ(applied, race_rounds);
  ASSERT_EQ(refunded, race_rounds);
}

void apply_in_turn(const MigratedSchema& database) {
  Writer only{database};
  check_out_all(only);
  std::vector<std::string> bodies;
  for (int round = 0; round < race_rounds; ++round) {
    bodies.push_back(refund_event(buyer_of(round), refund_of(round)));
    bodies.push_back(upgrade_event(buyer_of(round)));
    if (bodies.size() < 900 && round + 1 < race_rounds) continue;
    ASSERT_EQ(only.apply(bodies), Applied::all);
    bodies.clear();
  }
}

TEST(RefundRace, APaymentsRefundAndItsCustomersUpdateAtOneMomentNeverLeaveAStaleDocument) {
  MigratedSchema raced;
  {
    Writer writer{raced};
    ASSERT_NO_FATAL_FAILURE(check_out_all(writer));
  }
  ASSERT_NO_FATAL_FAILURE(race(raced));
  for (int round = 0; round < race_rounds; ++round) {
    EXPECT_EQ(raced.answer_of(buyer_of(round).user_id).plan, refund_of(round).plan) << round;
  }

  // The same facts derived by one writer alone: rows, owners and documents are equal texts.
  MigratedSchema alone;
  ASSERT_NO_FATAL_FAILURE(apply_in_turn(alone));
  const std::vector<std::string> found = raced.outcome(), expected = alone.outcome();
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t row = 0; row < found.size(); ++row) ASSERT_EQ(found[row], expected[row]);
}

}  // namespace
}  // namespace tollgate::entitlements
