// SPDX-License-Identifier: Apache-2.0
// The use case against a log in memory; the real log is tested in tests/integration.
#include "webhook-ingress/receive_webhook.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_future.hpp>

#include "tests/unit/webhook-ingress/reference_signature.hpp"

namespace tollgate::ingress {
namespace {

namespace asio = boost::asio;

const std::string secret = "whsec_test_secret_one_0123456789abcdef";
const std::string body =
    R"({"id":"evt_1","object":"event","type":"invoice.paid","created":1767225590,)"
    R"("data":{"object":{"id":"in_1","object":"invoice","customer":"cus_1"}}})";

class FixedClock final : public Clock {
 public:
  [[nodiscard]] Time now() const override { return from_unix_seconds(1767225600); }
};

/// Keeps what it was given, or refuses everything.
class MemoryLog final : public EventLog {
 public:
  struct Entry {
    std::string event_id;
    std::string routing_key;
    std::string body;
  };

  asio::awaitable<Result<void, AppendFault>> append(const stripe::StripeEvent& event,
                                                    std::string_view bytes, Time) override {
    if (fault) co_return *fault;
    entries.push_back({std::string{event.id}, event.routing_key(), std::string{bytes}});
    co_return Result<void, AppendFault>{};
  }

  std::vector<Entry> entries;
  std::optional<AppendFault> fault;
};

class ReceiveWebhookTest : public testing::Test {
 protected:
  Delivery signed_delivery(const std::string& text) {
    header_ = "t=1767225600,v1=" + tests::reference_signature(secret, "1767225600", text);
    return {.signature_header = header_, .signature_header_count = 1, .body = text};
  }

  Receipt receive(Delivery delivery) {
    asio::io_context io;
    auto receipt = asio::co_spawn(io, receive_webhook_.receive(delivery), asio::use_future);
    io.run();
    return receipt.get();
  }

  void expect_invalid(const Delivery& delivery, std::string_view reason) {
    const Receipt receipt = receive(delivery);
    EXPECT_EQ(receipt.verdict, Verdict::invalid);
    EXPECT_EQ(receipt.reason, reason);
    EXPECT_TRUE(log_.entries.empty());
    EXPECT_NE(metrics_.render().find("tollgate_webhook_invalid_total{reason=\"" +
                                     std::string{reason} + "\"} 1"),
              std::string::npos);
  }

  FixedClock clock_;
  Metrics metrics_;
  MemoryLog log_;
  stripe::WebhookSignature signature_{{secret}};
  ReceiveWebhook receive_webhook_{signature_, log_, clock_, metrics_};
  std::string header_;
};

TEST_F(ReceiveWebhookTest, AcceptsASignedEventAndKeepsItsBytes) {
  const Receipt receipt = receive(signed_delivery(body));
  EXPECT_EQ(receipt.verdict, Verdict::accepted);
  ASSERT_EQ(log_.entries.size(), 1u);
  EXPECT_EQ(log_.entries[0].event_id, "evt_1");
  EXPECT_EQ(log_.entries[0].routing_key, ":cus_1");
  EXPECT_EQ(log_.entries[0].body, body);
}

TEST_F(ReceiveWebhookTest, CountsAcceptedEventsByTypeAndTheirLag) {
  receive(signed_delivery(body));
  const std::string text = metrics_.render();
  EXPECT_NE(text.find(R"(tollgate_webhook_events_total{outcome="accepted",type="invoice.paid"} 1)"),
            std::string::npos);
  EXPECT_NE(text.find("tollgate_webhook_delivery_lag_seconds_sum 10"), std::string::npos);
  EXPECT_NE(text.find("tollgate_webhook_acknowledgement_seconds_count 1"), std::string::npos);
  EXPECT_NE(text.find("tollgate_webhook_in_flight 0"), std::string::npos);
}

TEST_F(ReceiveWebhookTest, CountsNoLagForAnEventOfAClockThatIsAhead) {
  receive(signed_delivery(
      R"({"id":"evt_3","object":"event","type":"invoice.paid","created":1767225700})"));
  const std::string text = metrics_.render();
  EXPECT_NE(text.find("tollgate_webhook_delivery_lag_seconds_count 1"), std::string::npos);
  EXPECT_NE(text.find("tollgate_webhook_delivery_lag_seconds_sum 0\n"), std::string::npos);
}

TEST_F(ReceiveWebhookTest, AcceptsTypesThatNobodyConsumes) {
  const std::string unknown = R"({"id":"evt_2","object":"event","type":"no.such_type"})";
  EXPECT_EQ(receive(signed_delivery(unknown)).verdict, Verdict::accepted);
}

TEST_F(ReceiveWebhookTest, AcceptsADuplicateAgain) {
  EXPECT_EQ(receive(signed_delivery(body)).verdict, Verdict::accepted);
  EXPECT_EQ(receive(signed_delivery(body)).verdict, Verdict::accepted);
  EXPECT_EQ(log_.entries.size(), 2u);
}

TEST_F(ReceiveWebhookTest, RefusesADeliveryWithoutSignature) {
  expect_invalid({.body = body}, "no_signature_header");
}

TEST_F(ReceiveWebhookTest, RefusesTwoSignatureHeadersEvenWhenTheFirstIsRight) {
  Delivery delivery = signed_delivery(body);
  delivery.signature_header_count = 2;
  expect_invalid(delivery, "repeated_signature_header");
}

TEST_F(ReceiveWebhookTest, RefusesAContentEncodingBecauseStripeSendsNone) {
  Delivery delivery = signed_delivery(body);
  delivery.content_encoding = "gzip";
  expect_invalid(delivery, "content_encoding");
}

TEST_F(ReceiveWebhookTest, RefusesAChangedBody) {
  Delivery delivery = signed_delivery(body);
  const std::string changed = body + "\n";
  delivery.body = changed;
  expect_invalid(delivery, "wrong_signature");
}

TEST_F(ReceiveWebhookTest, RefusesAWellSignedBodyWithoutId) {
  const std::string no_id = "{}";
  const Delivery delivery = signed_delivery(no_id);
  EXPECT_EQ(receive(delivery).verdict, Verdict::invalid);
  EXPECT_TRUE(log_.entries.empty());
}

TEST_F(ReceiveWebhookTest, AsksStripeToSendAgainWhileTheLogIsAway) {
  log_.fault = AppendFault{.reason = "not_persisted", .detail = "_MSG_TIMED_OUT"};
  const Receipt receipt = receive(signed_delivery(body));
  EXPECT_EQ(receipt.verdict, Verdict::unavailable);
  EXPECT_EQ(receipt.reason, "not_persisted");
  EXPECT_EQ(receipt.detail, "_MSG_TIMED_OUT");
  EXPECT_EQ(receipt.event_id, "evt_1");
  EXPECT_NE(metrics_.render().find(
                R"(tollgate_webhook_events_total{outcome="unavailable",type="invoice.paid"} 1)"),
            std::string::npos);
}

TEST_F(ReceiveWebhookTest, CountsEventsThatTheLogFindsTooLargeApart) {
  log_.fault = AppendFault{.kind = AppendFault::Kind::too_large, .reason = "too_large"};
  const Receipt receipt = receive(signed_delivery(body));
  EXPECT_EQ(receipt.verdict, Verdict::too_large);
  EXPECT_EQ(receipt.event_id, "evt_1");
  const std::string text = metrics_.render();
  EXPECT_NE(
      text.find(R"(tollgate_webhook_events_total{outcome="too_large",type="invoice.paid"} 1)"),
      std::string::npos);
  EXPECT_NE(text.find(R"(tollgate_webhook_unavailable_total{reason="too_large"} 1)"),
            std::string::npos);
}

}  // namespace
}  // namespace tollgate::ingress
