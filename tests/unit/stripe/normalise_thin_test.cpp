// SPDX-License-Identifier: Apache-2.0
// Thin events name an object and hold nothing of it.
#include "tests/unit/stripe/normalise_event.hpp"
#include "tests/unit/stripe/sample_events.hpp"

namespace tollgate::stripe {
namespace {

std::string thin(const std::string& related_object, const std::string& rest = "") {
  return R"({"object":"v2.core.event","id":"evt_1","type":"v1.a.b",
             "created":"2026-02-25T12:00:00Z","related_object":)" +
         related_object + rest + "}";
}

TEST(NormaliseThin, GivesKindAndIdWithoutAState) {
  EXPECT_EQ(normalised(std::string{thin_event}),
            (NormalisedEvent{.kind = ObjectKind::subscription,
                             .object_id = "sub_1Doc00000000000000001",
                             .customer_id = "",
                             .state = "",
                             .previous = ""}));
  const auto session = normalised(thin(R"({"id":"cs_1","type":"checkout.session"})"));
  EXPECT_EQ(session.kind, ObjectKind::checkout_session);
}

TEST(NormaliseThin, HasNoKindWhereNothingCanBeFetched) {
  for (const char* const related :
       {"null", R"({"type":"customer"})", R"({"id":"price_1","type":"price"})", R"({"id":"x"})"}) {
    EXPECT_EQ(normalised(thin(related)).kind, std::nullopt) << related;
  }
}

TEST(NormaliseThin, BlamesWrongTypes) {
  EXPECT_EQ(fault_of(thin("[]")), "wrong_type related_object");
  EXPECT_EQ(fault_of(thin(R"({"id":5,"type":"customer"})")), "wrong_type id");
  EXPECT_EQ(fault_of(thin(R"({"id":"c\u0000","type":"customer"})")), "unstorable_text id");
  EXPECT_EQ(fault_of(thin("null", R"(,"context":7)")), "wrong_type context");
  EXPECT_EQ(fault_of(thin("null", R"(,"snapshot_event":7)")), "wrong_type snapshot_event");
  EXPECT_EQ(fault_of(R"({"object":"v2.core.event","id":"e","type":"t","created":1768471200})"),
            "wrong_type created");
}

}  // namespace
}  // namespace tollgate::stripe
