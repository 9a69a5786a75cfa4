// SPDX-License-Identifier: Apache-2.0
#include "stripe_simulator/world/json.hpp"

#include <gtest/gtest.h>

namespace tollgate::simulator {
namespace {

Json parsed(std::string_view text) {
  auto value = parse_json(text);
  EXPECT_TRUE(value) << text;
  return value ? *value : Json{};
}

TEST(SimulatorJson, KeepsTextMembersAndNumbersThroughReadingAndWriting) {
  const std::string text =
      R"({"z":1,"a":[true,null,-2],"text":"Zo\u00eb \"q\"","deep":{"x":9007199254740993}})";
  const Json value = parsed(text);
  EXPECT_EQ(write_json(value), R"({"z":1,"a":[true,null,-2],"text":"Zoë \"q\"",)"
                               R"("deep":{"x":9007199254740993}})");
  EXPECT_EQ(value.at("deep.x").integer(), 9'007'199'254'740'993);
}

TEST(SimulatorJson, RefusesTextThatIsNestedTooDeeply) {
  EXPECT_TRUE(parse_json(std::string(60, '[') + std::string(60, ']')));
  EXPECT_FALSE(parse_json(std::string(70, '[') + std::string(70, ']')));
  EXPECT_FALSE(parse_json("{\"a\":"));
}

TEST(PreviousAttributes, HoldChangedMembersWithOldValuesAndNullForNewOnes) {
  const Json before = parsed(R"({"a":1,"same":2,"hash":{"x":1,"y":2},"list":[1,2]})");
  const Json after = parsed(R"({"a":2,"same":2,"hash":{"x":1,"y":3,"z":4},"list":[1,3],"n":5})");
  EXPECT_EQ(previous_attributes(before, after),
            parsed(R"({"a":1,"hash":{"y":2,"z":null},"list":[1,2],"n":null})"));
  EXPECT_EQ(previous_attributes(before, before), Json::object());
}

TEST(PreviousAttributes, GiveItemsWholeEvenWhereOneOfThemChanged) {
  const Json before = parsed(R"({"items":{"object":"list","data":[{"id":"si_1","quantity":1}]}})");
  const Json after = parsed(R"({"items":{"object":"list","data":[{"id":"si_1","quantity":2}]}})");
  EXPECT_EQ(previous_attributes(before, after)["items"], before["items"]);
}

TEST(Merge, LaysHashesOverEachOtherAndUnsetsMetadataByEmptyValues) {
  Json target = parsed(R"({"a":{"x":1,"y":2},"b":1,"metadata":{"k":"1","l":"2"}})");
  merge(target, parsed(R"({"a":{"y":3},"b":null,"metadata":{"k":"","m":"3"}})"));
  EXPECT_EQ(target, parsed(R"({"a":{"x":1,"y":3},"b":null,"metadata":{"l":"2","m":"3"}})"));
  merge(target, parsed(R"({"metadata":null})"));
  EXPECT_EQ(target["metadata"], Json::object());
}

}  // namespace
}  // namespace tollgate::simulator
