// SPDX-License-Identifier: Apache-2.0
#include "stripe/json_slices.hpp"

#include <gtest/gtest.h>

namespace tollgate::stripe {
namespace {

TEST(JsonSlices, GiveAMembersValueAsItStands) {
  const std::string object = R"( { "a" : 1.50e1 , "b": {"a": [1, "}"]} ,"c":"x\"]{" , "d":null} )";
  EXPECT_EQ(member_slice(object, "a"), "1.50e1");
  EXPECT_EQ(member_slice(object, "b"), R"({"a": [1, "}"]})");
  EXPECT_EQ(member_slice(object, "c"), R"("x\"]{")");
  EXPECT_EQ(member_slice(object, "d"), "null");
  EXPECT_EQ(member_slice(object, "e"), std::nullopt);
  EXPECT_EQ(member_slice("[]", "a"), std::nullopt);
  EXPECT_EQ(member_slice("{}", "a"), std::nullopt);
}

TEST(JsonSlices, TakeTheFirstOfEqualNamesAndNoInnerOne) {
  EXPECT_EQ(member_slice(R"({"x": {"id": 1}, "id": 2, "id": 3})", "id"), "2");
}

TEST(JsonSlices, GivePlainTextsOnly) {
  EXPECT_EQ(plain_text_of(R"({"id":"sub_1"})", "id"), "sub_1");
  EXPECT_EQ(plain_text_of(R"({"id":"a\u0062"})", "id"), "");
  EXPECT_EQ(plain_text_of(R"({"id":7})", "id"), "");
  EXPECT_EQ(plain_text_of("{}", "id"), "");
}

TEST(JsonSlices, SplitAnArrayByteForByte) {
  const std::string array = R"([ {"a": [1,2]} , "x,y", -1.0 ,[ ] ,true])";
  const std::vector<std::string_view> expected{R"({"a": [1,2]})", R"("x,y")", "-1.0", "[ ]",
                                               "true"};
  EXPECT_EQ(element_slices(array), expected);
  EXPECT_TRUE(element_slices(" [ ] ").empty());
  EXPECT_TRUE(element_slices("{}").empty());
}

TEST(JsonSlices, SeeWhetherAListHasMore) {
  const ListSlices more = list_slices(R"({"object":"list","data":[{},{}],"has_more": true})");
  EXPECT_EQ(more.elements.size(), 2U);
  EXPECT_TRUE(more.has_more);
  EXPECT_FALSE(list_slices(R"({"data":[],"has_more":false})").has_more);
  EXPECT_FALSE(list_slices("null").has_more);
}

TEST(JsonSlices, PutAWholeListInPlaceOfItsBeginning) {
  const std::string object = R"({"id":"in_1","lines":{"data":[1],"has_more":true},"n":"é"})";
  const std::vector<std::string> whole{"1", "2"};
  EXPECT_EQ(with_whole_list(object, "lines", whole),
            R"({"id":"in_1","lines":{"object":"list","data":[1,2],"has_more":false},"n":"é"})");
  EXPECT_EQ(with_whole_list(object, "absent", whole), object);
}

TEST(JsonSlices, EndWithTheTextWhateverItIs) {
  for (const std::string text :
       {"", "{", "{\"a", "{\"a\":", "{\"a\":[", "[\"\\", "[1,", "{]", "[}"}) {
    EXPECT_LE(member_slice(text, "b").value_or("").size(), text.size());
    EXPECT_LE(element_slices(text).size(), text.size());
  }
}

}  // namespace
}  // namespace tollgate::stripe
