// SPDX-License-Identifier: Apache-2.0
#include "entitlements/apply/read_records.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tollgate::entitlements {
namespace {

using testing::SizeIs;

/// One record of partition 3 at offset 7.
class ReadRecordsTest : public testing::Test {
 protected:
  BatchContent read(std::string_view body, std::vector<Header> headers = {}) {
    return reader_.read(std::vector{record(body, std::move(headers))});
  }

  static kafka::Record record(std::string_view body, std::vector<Header> headers = {}) {
    kafka::Record record;
    record.partition = 3;
    record.offset = 7;
    record.key = ":cus_1";
    record.value = body;
    record.headers = std::move(headers);
    return record;
  }

  RecordReader reader_;
};

constexpr std::string_view customer_event = R"({"id": "evt_1", "object": "event",
  "api_version": "2026-10-28.endive", "account": "acct_1", "created": 1768471202, "livemode": true,
  "type": "customer.updated", "data": {"object": {"id": "cus_1", "object": "customer",
  "metadata": {"user_id": "usr_1"}}, "previous_attributes": {"metadata": {"user_id": null}}}})";

TEST_F(ReadRecordsTest, MakesARowOfAnEvent) {
  const BatchContent content = read(customer_event);
  ASSERT_THAT(content.events, SizeIs(1));
  const EventRow& row = content.events.front();
  EXPECT_EQ(row.key, (Key{"acct_1", true, "evt_1"}));
  EXPECT_EQ(row.type, "customer.updated");
  EXPECT_EQ(row.api_version, "2026-10-28.endive");
  EXPECT_EQ(row.created, from_unix_seconds(1768471202));
  EXPECT_EQ(row.kind, stripe::ObjectKind::customer);
  EXPECT_EQ(row.object_id, "cus_1");
  EXPECT_EQ(row.state, R"({"id": "cus_1", "user_id": "usr_1"})");
  EXPECT_EQ(row.previous, R"({"id": "cus_1"})");
  EXPECT_EQ(row.position.partition, 3);
  EXPECT_EQ(row.position.offset, 7);
  EXPECT_EQ(row.outcome, Outcome::fact);
}

TEST_F(ReadRecordsTest, KeepsAnEventOfAKindThatSaysNothing) {
  const BatchContent content = read(R"({"id": "evt_2", "object": "event", "created": 1,
    "type": "tax_rate.created", "data": {"object": {"id": "txr_1", "object": "tax_rate"}}})");
  ASSERT_THAT(content.events, SizeIs(1));
  EXPECT_EQ(content.events.front().outcome, Outcome::irrelevant);
  EXPECT_FALSE(content.events.front().kind);
  EXPECT_THAT(content.dead_letters, SizeIs(0));
}

TEST_F(ReadRecordsTest, ReadsAThinEventToTheSecondAndLeavesItsStateOut) {
  const BatchContent content = read(R"({"id": "evt_3", "object": "v2.core.event", "context": null,
    "created": "2026-02-25T12:00:00.9Z", "livemode": false,
    "type": "v1.customer.subscription.updated",
    "related_object": {"id": "sub_1", "type": "subscription", "url": "/v1/subscriptions/sub_1"}})");
  ASSERT_THAT(content.events, SizeIs(1));
  EXPECT_EQ(content.events.front().outcome, Outcome::thin);
  EXPECT_EQ(content.events.front().object_id, "sub_1");
  EXPECT_EQ(content.events.front().created, parse_rfc3339("2026-02-25T12:00:00Z"));
}

TEST_F(ReadRecordsTest, KeepsTheBytesOfWhatIsNoEvent) {
  const BatchContent content = read("{\"id\": 1}");
  EXPECT_THAT(content.events, SizeIs(0));
  ASSERT_THAT(content.dead_letters, SizeIs(1));
  EXPECT_EQ(content.dead_letters.front().body, "{\"id\": 1}");
  EXPECT_EQ(content.dead_letters.front().key, ":cus_1");
  EXPECT_EQ(content.dead_letters.front().reason, "not_an_event");
}

TEST_F(ReadRecordsTest, NamesTheEventWhoseObjectCannotBeRead) {
  const BatchContent content = read(R"({"id": "evt_4", "object": "event", "created": 1,
    "type": "customer.created", "data": {"object": {"id": 5, "object": "customer"}}})");
  ASSERT_THAT(content.events, SizeIs(1));
  EXPECT_EQ(content.events.front().outcome, Outcome::dead_letter);
  ASSERT_THAT(content.dead_letters, SizeIs(1));
  EXPECT_EQ(content.dead_letters.front().event_id, "evt_4");
}

TEST_F(ReadRecordsTest, RefusesAFactWithoutATime) {
  const BatchContent content =
      read(R"({"id": "evt_5", "object": "event", "type": "customer.created",
    "data": {"object": {"id": "cus_1", "object": "customer"}}})");
  ASSERT_THAT(content.dead_letters, SizeIs(1));
  EXPECT_THAT(content.dead_letters.front().reason, testing::HasSubstr("created"));
}

TEST_F(ReadRecordsTest, RefusesNamesThatPostgresqlCannotHold) {
  const BatchContent content = read(R"({"id": "evt_\u0000", "object": "event", "created": 1,
    "type": "customer.created", "data": {"object": {"id": "cus_1", "object": "customer"}}})");
  ASSERT_THAT(content.dead_letters, SizeIs(1));
  EXPECT_EQ(content.dead_letters.front().reason, "unstorable_text");
  ASSERT_THAT(content.events, SizeIs(1));
  EXPECT_EQ(content.events.front().outcome, Outcome::dead_letter);
  EXPECT_EQ(content.events.front().key.id, "evt_\uFFFD");
}

TEST_F(ReadRecordsTest, RefusesAnAnswerWhoseIdPostgresqlCannotHold) {
  const BatchContent content =
      read(R"({"id": "cus_1", "object": "customer"})", {{"ce_specversion", "1.0"},
                                                        {"ce_id", "\xFF"},
                                                        {"ce_source", "stripe:-:test"},
                                                        {"ce_type", "com.tollgate.fetched"},
                                                        {"ce_asof", "2026-02-25T12:00:00Z"}});
  EXPECT_THAT(content.events, SizeIs(0));
  ASSERT_THAT(content.dead_letters, SizeIs(1));
  EXPECT_EQ(content.dead_letters.front().reason, "unstorable_text");
}

TEST_F(ReadRecordsTest, TakesAFetchedAnswerForAnEventOfItsDate) {
  const BatchContent content =
      read(R"({"id": "cus_1", "object": "customer", "metadata": {"user_id": "usr_1"}})",
           {{"ce_specversion", "1.0"},
            {"ce_id", "fetched_1"},
            {"ce_source", "stripe:acct_1:live"},
            {"ce_type", "com.tollgate.fetched"},
            {"ce_asof", "2026-02-25T12:00:00Z"}});
  ASSERT_THAT(content.events, SizeIs(1));
  const EventRow& row = content.events.front();
  EXPECT_EQ(row.key, (Key{"acct_1", true, "fetched_1"}));
  EXPECT_EQ(row.type, "com.tollgate.fetched");
  EXPECT_EQ(row.created, parse_rfc3339("2026-02-25T12:00:00Z"));
  EXPECT_EQ(row.state, R"({"id": "cus_1", "user_id": "usr_1"})");
}

TEST_F(ReadRecordsTest, ARefusedRecordIsADeadLetterAndStillNamed) {
  const BatchContent content = reader_.refuse(record(customer_event), "refused_by_database");
  ASSERT_THAT(content.events, SizeIs(1));
  EXPECT_EQ(content.events.front().outcome, Outcome::dead_letter);
  EXPECT_EQ(content.events.front().state, "");
  ASSERT_THAT(content.dead_letters, SizeIs(1));
  EXPECT_EQ(content.dead_letters.front().reason, "refused_by_database");
}

}  // namespace
}  // namespace tollgate::entitlements
