// SPDX-License-Identifier: Apache-2.0
#include "stripe/stripe_event.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "tests/unit/stripe/sample_events.hpp"

namespace tollgate::stripe {
namespace {

std::string verdict(std::string_view body) {
  EventScanner scanner;
  const auto event = scanner.scan(body);
  return event ? "accepted" : std::string{to_string(event.error())};
}

std::string nested(std::string_view open, std::string_view close, std::size_t times) {
  std::string body = R"({"object":"event","id":"evt_1","type":"a.b","deep":)";
  for (std::size_t i = 0; i < times; ++i) body += open;
  body += "1";
  for (std::size_t i = 0; i < times; ++i) body += close;
  return body + "}";
}

TEST(EventScanner, ReadsTheEnvelopeOfASnapshotEvent) {
  EventScanner scanner;
  const auto event = scanner.scan(snapshot_event);
  ASSERT_TRUE(event);
  EXPECT_EQ(event->style, EventStyle::snapshot);
  EXPECT_EQ(event->id, "evt_1Doc");
  EXPECT_EQ(event->type, "customer.subscription.updated");
  EXPECT_EQ(event->account, "acct_1Connected");
  EXPECT_EQ(event->api_version, "2026-10-28.endive");
  EXPECT_EQ(event->created, from_unix_seconds(1768471202));
  EXPECT_TRUE(event->livemode);
  EXPECT_EQ(event->object_id, "sub_1Doc");
  EXPECT_EQ(event->routing_id, "cus_Doc1");
  EXPECT_EQ(event->routing_key(), "acct_1Connected:cus_Doc1");
  EXPECT_EQ(event->snapshot_event, "");
}

TEST(EventScanner, ReadsTheEnvelopeOfAThinEvent) {
  EventScanner scanner;
  const auto event = scanner.scan(thin_event);
  ASSERT_TRUE(event);
  EXPECT_EQ(event->style, EventStyle::thin);
  EXPECT_EQ(event->id, "evt_test_65DocA");
  EXPECT_EQ(event->type, "v1.customer.subscription.updated");
  EXPECT_EQ(event->account, "");
  EXPECT_EQ(event->api_version, "");
  EXPECT_EQ(event->created, from_unix_seconds(1772020800) + std::chrono::milliseconds{250});
  EXPECT_FALSE(event->livemode);
  EXPECT_EQ(event->object_id, "sub_1Doc00000000000000001");
  EXPECT_EQ(event->routing_key(), ":sub_1Doc00000000000000001");
  EXPECT_EQ(event->snapshot_event, "evt_1DocB");
}

TEST(EventScanner, KeysAThinEventWithoutAnObjectByItsOwnId) {
  EventScanner scanner;
  const auto event = scanner.scan(
      R"({"object":"v2.core.event","id":"evt_9","type":"v1.invoice.upcoming","context":"acct_7",
          "related_object":null})");
  ASSERT_TRUE(event);
  EXPECT_EQ(event->object_id, "");
  EXPECT_EQ(event->routing_key(), "acct_7:evt_9");
}

struct RoutingCase {
  std::string name;
  std::string object;  ///< `data.object`
  std::string routing_id;
};
class EventRouting : public testing::TestWithParam<RoutingCase> {};

TEST_P(EventRouting, TakesTheFirstIdThatTheObjectGives) {
  EventScanner scanner;
  const std::string body =
      R"({"id":"evt_1","object":"event","type":"x.y","data":{"object":)" + GetParam().object + "}}";
  const auto event = scanner.scan(body);
  ASSERT_TRUE(event);
  EXPECT_EQ(event->routing_id, GetParam().routing_id);
}

INSTANTIATE_TEST_SUITE_P(
    Table, EventRouting,
    testing::Values(
        RoutingCase{"Customer", R"({"object":"customer","id":"cus_1","customer":"cus_2"})",
                    "cus_1"},
        RoutingCase{"ByCustomer", R"({"object":"invoice","id":"in_1","customer":"cus_1"})",
                    "cus_1"},
        RoutingCase{"ExpandedCustomer",
                    R"({"object":"invoice","customer":{"object":"customer","id":"cus_1"}})",
                    "cus_1"},
        RoutingCase{"CustomerAccount",
                    R"({"id":"in_1","customer":null,"customer_account":"acct_1"})", "acct_1"},
        RoutingCase{"CustomerBeforeCustomerAccount",
                    R"({"customer_account":"acct_1","customer":"cus_1"})", "cus_1"},
        RoutingCase{"Payment", R"({"object":"dispute","id":"du_1","charge":"ch_1",
                                   "payment_intent":"pi_1"})",
                    "pi_1"},
        RoutingCase{"ExpandedPayment", R"({"id":"du_1","payment_intent":{"id":"pi_1"}})", "pi_1"},
        RoutingCase{"InvoicePayment", R"({"object":"invoice_payment","id":"inpay_1",
                                          "payment":{"type":"payment_intent",
                                                     "payment_intent":"pi_1"}})",
                    "pi_1"},
        RoutingCase{"OtherObjectWithAPayment",
                    R"({"object":"x","id":"x_1","payment":{"payment_intent":"pi_1"}})", "x_1"},
        RoutingCase{"Charge", R"({"id":"du_1","charge":"ch_1","payment_intent":null})", "ch_1"},
        RoutingCase{"Price", R"({"object":"price","id":"price_1","product":"prod_1"})", "prod_1"},
        RoutingCase{"PriceOfAnExpandedProduct",
                    R"({"object":"plan","id":"price_1","product":{"id":"prod_1"}})", "prod_1"},
        RoutingCase{"Product", R"({"object":"product","id":"prod_1","product":"prod_2"})",
                    "prod_1"},
        RoutingCase{"OnlyAnId", R"({"object":"coupon","id":"SAVE"})", "SAVE"},
        RoutingCase{"NoId", R"({"object":"invoice"})", "evt_1"},
        RoutingCase{"NoObject", "null", "evt_1"},
        RoutingCase{"WrongTypes", R"({"id":7,"customer":[1],"payment_intent":true})", "evt_1"},
        RoutingCase{"FirstOfEqualNames", R"({"customer":"cus_1","customer":"cus_2"})", "cus_1"},
        RoutingCase{"IdOfUnlikelyLength",
                    R"({"id":"x_1","customer":")" + std::string(256, 'c') + R"("})", "x_1"}),
    [](const auto& test) { return test.param.name; });

struct BodyCase {
  std::string name;
  std::string body;
  std::string verdict;
};
class EventBody : public testing::TestWithParam<BodyCase> {};

TEST_P(EventBody, IsAcceptedOrRefusedForOneReason) {
  EXPECT_EQ(verdict(GetParam().body), GetParam().verdict) << GetParam().body;
}

/// A whole event with this behind its members.
std::string event_with(const std::string& rest) {
  return R"({"id":"evt_1","object":"event","type":"a.b")" + rest + "}";
}

INSTANTIATE_TEST_SUITE_P(
    Table, EventBody,
    testing::Values(
        BodyCase{"Least", event_with(""), "accepted"},
        BodyCase{"WhiteSpaceAround", "\r\n\t " + event_with("") + " \n", "accepted"},
        BodyCase{"UnknownType", R"({"id":"e","object":"event","type":"no such"})", "accepted"},
        BodyCase{"Empty", "", "empty_body"}, BodyCase{"WhiteSpaceOnly", " \n", "empty_body"},
        BodyCase{"ByteOrderMark", "\xEF\xBB\xBF" + event_with(""), "not_json"},
        BodyCase{"NotJson", "id=evt_1", "not_json"},
        BodyCase{"Truncated", R"({"id":"evt_1")", "not_json"},
        BodyCase{"TwoDocuments", event_with("") + event_with(""), "not_json"},
        BodyCase{"NulBehind", event_with("") + std::string(1, '\0'), "not_json"},
        BodyCase{"TrailingComma", event_with(","), "not_json"},
        BodyCase{"Comment", event_with("/**/"), "not_json"},
        BodyCase{"SingleQuotes", "{'id':'evt_1'}", "not_json"},
        BodyCase{"InvalidUtf8", event_with(",\"a\":\"\xC3\x28\""), "not_json"},
        BodyCase{"RawSurrogate", event_with(",\"a\":\"\xED\xA0\x80\""), "not_json"},
        BodyCase{"RawControlCharacter", event_with(",\"a\":\"\n\""), "not_json"},
        BodyCase{"Array", "[" + event_with("") + "]", "not_an_object"},
        BodyCase{"Number", "1", "not_an_object"}, BodyCase{"Null", "null", "not_an_object"},
        BodyCase{"HugeNumberAlone", std::string(40, '9'), "not_an_object"},
        BodyCase{"NoObject", R"({"id":"evt_1","type":"a.b"})", "not_an_event"},
        BodyCase{"OtherObject", R"({"id":"in_1","object":"invoice","type":"a"})", "not_an_event"},
        BodyCase{"ObjectOfWrongType", R"({"id":"e","object":["event"],"type":"a"})",
                 "not_an_event"},
        BodyCase{"NoId", R"({"object":"event","type":"a.b"})", "no_id"},
        BodyCase{"EmptyId", R"({"id":"","object":"event","type":"a.b"})", "no_id"},
        BodyCase{"NumberId", R"({"id":1,"object":"event","type":"a.b"})", "no_id"},
        BodyCase{"NullId", R"({"id":null,"object":"event","type":"a.b"})", "no_id"},
        BodyCase{"HugeNumberId",
                 R"({"id":123456789012345678901234567890,"object":"event","type":"a"})", "no_id"},
        BodyCase{"LongestId",
                 R"({"id":")" + std::string(255, 'e') + R"(","object":"event","type":"a"})",
                 "accepted"},
        BodyCase{"IdTooLong",
                 R"({"id":")" + std::string(256, 'e') + R"(","object":"event","type":"a"})",
                 "no_id"},
        BodyCase{"NoType", R"({"object":"event","id":"evt_1"})", "no_type"},
        BodyCase{"TypeOfWrongType", R"({"object":"event","id":"evt_1","type":{}})", "no_type"},
        BodyCase{"WrongTypesElsewhere",
                 event_with(R"(,"created":"today","livemode":"yes","account":1,"data":[]
                               ,"api_version":{})"),
                 "accepted"},
        BodyCase{"NulInTheId", R"({"id":"evt_\u0000","object":"event","type":"a"})", "accepted"},
        BodyCase{"DeepestObjects", nested(R"({"a":)", "}", 63), "accepted"},
        BodyCase{"ObjectsTooDeep", nested(R"({"a":)", "}", 64), "nested_too_deep"},
        BodyCase{"DeepestArrays", nested("[", "]", 63), "accepted"},
        BodyCase{"ArraysTooDeep", nested("[", "]", 64), "nested_too_deep"},
        BodyCase{"ArraysFarTooDeep", nested("[", "]", 100'000), "nested_too_deep"}),
    [](const auto& test) { return test.param.name; });

TEST(EventScanner, KeepsEventsWithNumbersThatNoTypeHolds) {
  for (const std::string number :
       {"18446744073709551616", "-9223372036854775809", "123456789012345678901234567890", "1e400",
        "-1E+999", "1e-400", "0.1234567890123456789012345", "1234567890123456789012345.5e-3"}) {
    EXPECT_EQ(verdict(event_with(",\"a\":" + number)), "accepted") << number;
    EXPECT_EQ(verdict(event_with(",\"a\":[" + number + " , " + number + "]")), "accepted");
  }
  for (const std::string number :
       {"018446744073709551616", "18446744073709551616.", "1e", "1e400x", "+18446744073709551616",
        ".18446744073709551616", "18446744073709551616 18446744073709551616", "--1e400", "NaN",
        "1e4001e400", "-", "true1e400", "\"a\"1e400"}) {
    EXPECT_EQ(verdict(event_with(",\"a\":" + number)), "not_json") << number;
  }
  EXPECT_EQ(verdict(event_with(",18446744073709551616:1")), "not_json");
  EXPECT_EQ(verdict(event_with(",18446744073709551616 \n:1")), "not_json");
}

TEST(EventScanner, KeepsEventsWithEscapesOfLoneSurrogates) {
  for (const std::string text : {R"(\ud800)", R"(\uDFFF)", R"(\ud800\ud800\udc00)", R"(\ud83dx)",
                                 R"(\\\ud800)", R"(\ud800\n)", R"(\ud800\u0041)"}) {
    EXPECT_EQ(verdict(event_with(",\"a\":\"" + text + "\"")), "accepted") << text;
  }
  for (const std::string text : {R"(\ud80)", R"(\ud800\x)", R"(\u d800)", R"(\ud800\)"}) {
    EXPECT_EQ(verdict(event_with(",\"a\":\"" + text + "\"")), "not_json") << text;
  }
}

TEST(EventScanner, ShowsALoneSurrogateInAnIdAsNul) {
  EventScanner scanner;
  const auto event = scanner.scan(R"({"id":"e\ud800\ud83d\ude00","object":"event","type":"a"})");
  ASSERT_TRUE(event);
  EXPECT_EQ(event->id, (std::string_view{"e\0\xF0\x9F\x98\x80", 6}));
}

TEST(EventScanner, TakesACreatedOnlyInItsOwnForm) {
  EventScanner scanner;
  for (const std::string created : {"1e9", "1.5", "\"1768471202\"", "true", "null", "[]",
                                    "9223372036854775807", "-9223372036854775808"}) {
    const auto event = scanner.scan(event_with(",\"created\":" + created));
    ASSERT_TRUE(event) << created;
    EXPECT_EQ(event->created, std::nullopt) << created;
  }
}

TEST(EventScanner, RefusesEveryTruncationOfABody) {
  EventScanner scanner;
  for (const std::string_view body : {snapshot_event, thin_event}) {
    for (std::size_t length = 0; length < body.size(); ++length) {
      EXPECT_FALSE(scanner.scan(body.substr(0, length))) << length;
    }
  }
}

TEST(EventScanner, SurvivesAnyDamageAndReadsTheNextBody) {
  EventScanner scanner;
  const bool holds = rc::check("a damaged body", [&scanner] {
    std::string body{*rc::gen::element(snapshot_event, thin_event)};
    const int changes = *rc::gen::inRange(1, 5);
    for (int i = 0; i < changes; ++i) {
      const auto at = *rc::gen::inRange<std::size_t>(0, body.size());
      switch (*rc::gen::inRange(0, 3)) {
        case 0: body[at] = *rc::gen::arbitrary<char>(); break;
        case 1: body.erase(at, *rc::gen::inRange<std::size_t>(1, 20)); break;
        default: body.insert(at, *rc::gen::arbitrary<std::string>()); break;
      }
      if (body.empty()) body = "{";
    }
    if (const auto event = scanner.scan(body)) {
      RC_ASSERT(!event->id.empty());
      RC_ASSERT(!event->type.empty());
      RC_ASSERT(!event->routing_id.empty());
    }
    const auto intact = scanner.scan(snapshot_event);
    RC_ASSERT(intact.has_value());
    RC_ASSERT(intact->routing_key() == "acct_1Connected:cus_Doc1");
  });
  EXPECT_TRUE(holds);
}

TEST(EventScanner, GrowsWithTheBodyAndReadsASmallOneAfterIt) {
  EventScanner scanner;
  const std::string large = event_with(",\"a\":\"" + std::string(1'048'000, 'x') + "\"");
  EXPECT_TRUE(scanner.scan(large));
  const auto small = scanner.scan(snapshot_event);
  ASSERT_TRUE(small);
  EXPECT_EQ(small->object_id, "sub_1Doc");
}

}  // namespace
}  // namespace tollgate::stripe
