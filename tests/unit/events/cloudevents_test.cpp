// SPDX-License-Identifier: Apache-2.0
#include "events/cloudevents.hpp"

#include <gtest/gtest.h>

namespace tollgate::events {
namespace {

constexpr Time made_at = from_unix_seconds(1'767'225'600);
constexpr Time received_at = made_at + std::chrono::microseconds{1'500'000};

CloudEvent example() {
  CloudEvent event;
  event.id = "evt_1";
  event.type = "invoice.paid";
  event.account = "acct_1";
  event.livemode = true;
  event.subject = "in_1";
  event.api_version = "2025-03-31.basil";
  event.time = made_at;
  event.received = received_at;
  return event;
}

std::string_view value_of(std::span<const Header> headers, std::string_view name) {
  for (const Header& header : headers) {
    if (header.name == name) return header.value;
  }
  return "(absent)";
}

CloudEventFault fault_of(const std::vector<Header>& headers) {
  const auto read = read_cloud_event(headers);
  EXPECT_TRUE(read.has_error());
  return read.error();
}

/// The headers of example() with one replaced, or left out when the value is empty.
std::vector<Header> example_with(std::string_view name, std::string_view value) {
  static CloudEventWriter writer;
  std::vector<Header> headers;
  for (const Header& header : writer.write(example())) {
    if (header.name != name) headers.push_back(header);
  }
  if (!value.empty()) headers.push_back({name, value});
  return headers;
}

TEST(CloudEventHeaders, CarryEveryAttributeOfAnEvent) {
  CloudEventWriter writer;
  const auto headers = writer.write(example());
  EXPECT_EQ(headers.size(), 9u);
  EXPECT_EQ(value_of(headers, "ce_specversion"), "1.0");
  EXPECT_EQ(value_of(headers, "ce_id"), "evt_1");
  EXPECT_EQ(value_of(headers, "ce_source"), "stripe:acct_1:live");
  EXPECT_EQ(value_of(headers, "ce_type"), "com.stripe.invoice.paid");
  EXPECT_EQ(value_of(headers, "ce_subject"), "in_1");
  EXPECT_EQ(value_of(headers, "ce_time"), "2026-01-01T00:00:00Z");
  EXPECT_EQ(value_of(headers, "content-type"), "application/json");
  EXPECT_EQ(value_of(headers, "ce_apiversion"), "2025-03-31.basil");
  EXPECT_EQ(value_of(headers, "ce_received"), "2026-01-01T00:00:01.500000Z");
}

TEST(CloudEventHeaders, LeaveOutWhatIsNotKnown) {
  CloudEvent event;
  event.id = "evt_1";
  event.type = "balance.available";
  CloudEventWriter writer;
  const auto headers = writer.write(event);
  EXPECT_EQ(headers.size(), 5u);
  EXPECT_EQ(value_of(headers, "ce_source"), "stripe:-:test");
  EXPECT_EQ(value_of(headers, "ce_subject"), "(absent)");
  EXPECT_EQ(value_of(headers, "ce_time"), "(absent)");
  EXPECT_EQ(value_of(headers, "ce_apiversion"), "(absent)");
}

TEST(CloudEventHeaders, AreReadBackAsTheyWereWritten) {
  CloudEventWriter writer;
  const auto read = read_cloud_event(writer.write(example()));
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->id, "evt_1");
  EXPECT_EQ(read->origin, Origin::stripe);
  EXPECT_EQ(read->type, "invoice.paid");
  EXPECT_EQ(read->account, "acct_1");
  EXPECT_TRUE(read->livemode);
  EXPECT_EQ(read->subject, "in_1");
  EXPECT_EQ(read->api_version, "2025-03-31.basil");
  EXPECT_EQ(read->time, made_at);
  EXPECT_EQ(read->received, received_at);
  EXPECT_EQ(read->as_of, std::nullopt);
}

TEST(CloudEventHeaders, OfAFetchedAnswerSayWhenItWasTrue) {
  CloudEvent event = example();
  event.origin = Origin::fetched;
  event.type = {};
  event.as_of = made_at;
  CloudEventWriter writer;
  const auto headers = writer.write(event);
  EXPECT_EQ(value_of(headers, "ce_type"), "com.tollgate.fetched");
  EXPECT_EQ(value_of(headers, "ce_asof"), "2026-01-01T00:00:00Z");
  const auto read = read_cloud_event(headers);
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->origin, Origin::fetched);
  EXPECT_EQ(read->type, "");
  EXPECT_EQ(read->as_of, made_at);
}

TEST(CloudEventHeaders, OfASecondEventShowNothingOfTheFirst) {
  CloudEventWriter writer;
  CloudEvent longer = example();
  const std::string long_account(4'000, 'a');
  longer.account = long_account;
  writer.write(longer);
  CloudEvent shorter;
  shorter.id = "evt_2";
  shorter.type = "charge.failed";
  const auto headers = writer.write(shorter);
  EXPECT_EQ(headers.size(), 5u);
  EXPECT_EQ(value_of(headers, "ce_source"), "stripe:-:test");
  EXPECT_EQ(value_of(headers, "ce_type"), "com.stripe.charge.failed");
}

TEST(CloudEventHeaders, KeepAnAccountThatHoldsColons) {
  CloudEvent event = example();
  event.account = "org:acct:1";
  CloudEventWriter writer;
  const auto read = read_cloud_event(writer.write(event));
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->account, "org:acct:1");
}

TEST(CloudEventHeaders, AreRefusedWhenAnAttributeIsMissingOrForeign) {
  EXPECT_EQ(fault_of({}), CloudEventFault::no_spec_version);
  EXPECT_EQ(fault_of(example_with("ce_specversion", "")), CloudEventFault::no_spec_version);
  EXPECT_EQ(fault_of(example_with("ce_specversion", "0.3")), CloudEventFault::no_spec_version);
  EXPECT_EQ(fault_of(example_with("ce_id", "")), CloudEventFault::no_id);
  EXPECT_EQ(fault_of(example_with("ce_type", "")), CloudEventFault::no_type);
  EXPECT_EQ(fault_of(example_with("ce_type", "com.example.made")), CloudEventFault::foreign_type);
  EXPECT_EQ(fault_of(example_with("ce_type", "com.stripe.")), CloudEventFault::foreign_type);
}

TEST(CloudEventHeaders, AreRefusedWhenTheSourceIsNotStripesAccountAndMode) {
  for (const char* source : {"", "stripe", "stripe:", "stripe:-", "stripe::live", "stripe:-:prod",
                             "paypal:-:live", "stripe:live"}) {
    EXPECT_EQ(fault_of(example_with("ce_source", source)), CloudEventFault::no_source) << source;
  }
}

TEST(CloudEventHeaders, AreRefusedWhenATimeIsNone) {
  for (const char* name : {"ce_time", "ce_received", "ce_asof"}) {
    EXPECT_EQ(fault_of(example_with(name, "yesterday")), CloudEventFault::bad_time) << name;
  }
}

TEST(CloudEventHeaders, PassOverUnknownOnes) {
  const auto headers = example_with("ce_traceparent", "00-1-1-00");
  EXPECT_TRUE(read_cloud_event(headers).has_value());
}

}  // namespace
}  // namespace tollgate::events
