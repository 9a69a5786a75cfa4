// SPDX-License-Identifier: Apache-2.0
// What becomes a dead letter, and what must not.
#include "tests/unit/stripe/normalise_event.hpp"

namespace tollgate::stripe {
namespace {

struct FaultCase {
  std::string name;
  std::string object;  ///< `data.object`
  std::string fault;
};
class NormaliseObject : public testing::TestWithParam<FaultCase> {};

TEST_P(NormaliseObject, BlamesTheFieldThatIsReadAndNoOther) {
  EXPECT_EQ(fault_of(event_body("a.b", GetParam().object)), GetParam().fault) << GetParam().object;
}

std::string subscription(const std::string& rest) {
  return R"({"id":"sub_1","object":"subscription",)" + rest + "}";
}
std::string charge(const std::string& rest) {
  return R"({"id":"ch_1","object":"charge",)" + rest + "}";
}

INSTANTIATE_TEST_SUITE_P(
    Table, NormaliseObject,
    testing::Values(
        FaultCase{"NoId", R"({"object":"subscription"})", "no_object_id id"},
        FaultCase{"NullId", R"({"object":"invoice","id":null})", "no_object_id id"},
        FaultCase{"EmptyId", R"({"object":"charge","id":""})", "no_object_id id"},
        FaultCase{"NumberId", R"({"object":"charge","id":7})", "wrong_type id"},
        FaultCase{"ObjectIsAnArray", "[1]", "wrong_type object"},
        FaultCase{"ObjectIsAText", R"("sub_1")", "wrong_type object"},
        FaultCase{"ObjectsNameIsANumber", R"({"id":"a","object":1})", "wrong_type object"},
        FaultCase{"NumberStatus", subscription(R"("status":1)"), "wrong_type status"},
        FaultCase{"ArrayStatus", subscription(R"("status":["active"])"), "wrong_type status"},
        FaultCase{"ObjectStatus", subscription(R"("status":{"a":1})"), "wrong_type status"},
        FaultCase{"TextFlag", subscription(R"("cancel_at_period_end":"true")"),
                  "wrong_type cancel_at_period_end"},
        FaultCase{"TextTime", subscription(R"("cancel_at":"1771149600")"), "wrong_type cancel_at"},
        FaultCase{"FractionalTime", subscription(R"("cancel_at":1771149600.5)"),
                  "wrong_type cancel_at"},
        FaultCase{"TimeBeyondTheCalendar", subscription(R"("ended_at":9223372036854775807)"),
                  "wrong_type ended_at"},
        FaultCase{"TimeBeforeTheCalendar", subscription(R"("ended_at":-9223372036854775808)"),
                  "wrong_type ended_at"},
        FaultCase{"ItemsAreAnArray", subscription(R"("items":[])"), "wrong_type items"},
        FaultCase{"ItemsDataIsAnObject", subscription(R"("items":{"data":{}})"), "wrong_type data"},
        FaultCase{"ItemIsAText", subscription(R"("items":{"data":["si_1"]})"), "wrong_type items"},
        FaultCase{"ItemIsNull", subscription(R"("items":{"data":[null]})"), "wrong_type items"},
        FaultCase{"ReferenceIsANumber", subscription(R"("customer":5)"), "wrong_type customer"},
        FaultCase{"ReferenceIsAnArray", subscription(R"("customer":["cus_1"])"),
                  "wrong_type customer"},
        FaultCase{"ExpandedIdIsANumber", subscription(R"("customer":{"id":5})"), "wrong_type id"},
        FaultCase{"MetadataIsAText", subscription(R"("metadata":"user_id")"),
                  "wrong_type metadata"},
        FaultCase{"MetadataValueIsANumber", subscription(R"("metadata":{"user_id":7})"),
                  "wrong_type user_id"},
        FaultCase{"UnreadMetadataValueIsANumber", subscription(R"("metadata":{"x":7})"), "none"},
        FaultCase{"AmountIsAText", charge(R"("amount":"10")"), "wrong_type amount"},
        FaultCase{"AmountIsADecimal", charge(R"("amount":10.0)"), "wrong_type amount"},
        FaultCase{"AmountBeyondInt64", charge(R"("amount":9223372036854775808)"),
                  "wrong_type amount"},
        FaultCase{"AmountBeyond64Bits", charge(R"("amount":18446744073709551616)"),
                  "wrong_type amount"},
        FaultCase{"AmountWithHugeExponent", charge(R"("amount":1e400)"), "wrong_type amount"},
        FaultCase{"HugeNumberForAText", charge(R"("status":123456789012345678901234567890)"),
                  "wrong_type status"},
        FaultCase{"HugeNumberForAList", charge(R"("refunds":{"data":1e400})"),
                  "wrong_type refunds"},
        FaultCase{"HugeNumberUnread", charge(R"("unread":1e400)"), "none"},
        FaultCase{"NulInAText", charge(R"("status":"a\u0000")"), "unstorable_text status"},
        FaultCase{"LoneSurrogateInAText", charge(R"("status":"\ud800")"), "unstorable_text status"},
        FaultCase{"NulInAReference", charge(R"("customer":{"id":"cus\u0000"})"),
                  "unstorable_text id"},
        FaultCase{"NulUnread", charge(R"("description":"\u0000","x\u0000":1)"), "none"},
        FaultCase{"LoneSurrogateUnread", charge(R"("description":"\udfff")"), "none"},
        FaultCase{"SurrogatePair", charge(R"("status":"\ud83d\ude00")"), "none"},
        FaultCase{"EverythingNull", subscription(R"("customer":null,"status":null,"items":null,
            "metadata":null,"cancel_at":null,"cancel_at_period_end":null,"pause_collection":null)"),
                  "none"},
        FaultCase{"NothingButTheId", R"({"id":"sub_1","object":"subscription"})", "none"},
        FaultCase{"UnknownStatus", subscription(R"("status":"invented_later")"), "none"},
        FaultCase{"OtherKindWithOddTypes", R"({"id":7,"object":"product","customer":[]})", "none"},
        FaultCase{"NoObject", "null", "none"}),
    [](const auto& test) { return test.param.name; });

// A longer id would not fit into the indexes, sums of larger numbers not into 64 bits.
INSTANTIATE_TEST_SUITE_P(
    Limits, NormaliseObject,
    testing::Values(
        FaultCase{"LargestAmount", charge(R"("amount":10000000000000)"), "none"},
        FaultCase{"LeastAmount", charge(R"("amount":-10000000000000)"), "none"},
        FaultCase{"AmountTooLarge", charge(R"("amount":10000000000001)"),
                  "number_too_large amount"},
        FaultCase{"RefundedAmountTooSmall", charge(R"("amount_refunded":-9223372036854775808)"),
                  "number_too_large amount_refunded"},
        FaultCase{"QuantityTooLarge",
                  subscription(R"("items":{"data":[{"quantity":9223372036854775807}]})"),
                  "number_too_large quantity"},
        FaultCase{"LongestId", charge("\"customer\":\"" + std::string(255, 'c') + "\""), "none"},
        FaultCase{"IdTooLong", R"({"object":"charge","id":")" + std::string(256, 'c') + R"("})",
                  "id_too_long id"},
        FaultCase{"ReferenceTooLong", charge("\"invoice\":\"" + std::string(256, 'i') + "\""),
                  "id_too_long invoice"},
        FaultCase{"ExpandedReferenceTooLong",
                  charge(R"("customer":{"id":")" + std::string(256, 'c') + R"("})"),
                  "id_too_long id"},
        FaultCase{"CustomerAccountTooLong",
                  charge("\"customer_account\":\"" + std::string(256, 'a') + "\""),
                  "id_too_long customer_account"},
        FaultCase{"TextThatIsNoIdMayBeLong",
                  charge("\"status\":\"" + std::string(3000, 's') + "\""), "none"},
        FaultCase{"IdTooLongOfAnotherKind",
                  R"({"object":"product","id":")" + std::string(256, 'p') + R"("})", "none"}),
    [](const auto& test) { return test.param.name; });

std::string event_of(const std::string& members) {
  return R"({"object":"event","data":{"object":{"id":"ch_1","object":"charge"}},)" + members + "}";
}

TEST(NormaliseEnvelope, BlamesWhatTheScannerLetPass) {
  const std::string good = R"("id":"evt_1","type":"a.b","created":1)";
  EXPECT_EQ(fault_of(event_of(good)), "none");
  EXPECT_EQ(fault_of(event_of(R"("id":"evt_1","type":"a.b")")), "wrong_type created");
  EXPECT_EQ(fault_of(event_of(R"("id":"evt_1","type":"a.b","created":"1")")), "wrong_type created");
  EXPECT_EQ(fault_of(event_of(good + R"(,"livemode":"true")")), "wrong_type livemode");
  EXPECT_EQ(fault_of(event_of(good + R"(,"account":7)")), "wrong_type account");
  EXPECT_EQ(fault_of(event_of(good + R"(,"account":")" + std::string(256, 'a') + "\"")),
            "wrong_type account");
  EXPECT_EQ(fault_of(event_of(good + R"(,"api_version":20)")), "wrong_type api_version");
  EXPECT_EQ(fault_of(event_of(good + R"(,"api_version":null)")), "none");
  EXPECT_EQ(fault_of(event_of(R"("id":"evt\u0000","type":"a.b","created":1)")),
            "unstorable_text id");
  EXPECT_EQ(fault_of(event_of(R"("id":"evt_1","type":"\ud800","created":1)")),
            "unstorable_text type");
}

TEST(NormaliseEnvelope, BlamesDataThatIsNoObject) {
  EXPECT_EQ(fault_of(R"({"object":"event","id":"e","type":"t","created":1,"data":[]})"),
            "wrong_type data");
  EXPECT_EQ(fault_of(R"({"object":"event","id":"e","type":"t","created":1})"), "none");
}

TEST(NormaliseAnswer, RefusesWhatIsNoObject) {
  for (const char* const body : {"", "[]", "null", "{", "\"sub_1\""}) {
    const auto answer = normalise_answer(body);
    ASSERT_FALSE(answer) << body;
    EXPECT_EQ(answer.error().reason, NormaliseFault::Reason::not_json) << body;
  }
}

}  // namespace
}  // namespace tollgate::stripe
