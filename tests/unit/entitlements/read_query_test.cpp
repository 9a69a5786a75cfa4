// SPDX-License-Identifier: Apache-2.0
#include "entitlements/read/read_query.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "http/base64url.hpp"
#include "tests/unit/entitlements/user_facts_builder.hpp"

namespace tollgate::entitlements {
namespace {

http::Request query(std::string_view text) {
  http::Request request;
  request.query = text;
  return request;
}

TEST(ReadQuery, APageHasAHundredRowsUnlessItIsAskedForOtherwise) {
  EXPECT_EQ(read_page_query(query(""))->limit, 100U);
  EXPECT_EQ(read_page_query(query("limit=7"))->limit, 7U);
  EXPECT_EQ(read_letters_query(query("include=body"))->page.limit, 100U);
  EXPECT_EQ(read_letters_query(query("include=body"))->body_bytes_max, letter_body_bytes_max);
}

TEST(ReadQuery, ANameThatOnlyBeginsAlikeIsAnother) {
  EXPECT_EQ(read_page_query(query("limits=7&xlimit=8"))->limit, 100U);
  EXPECT_FALSE(*read_wait_query(query("wait_for_it=1")));
}

TEST(ReadQuery, AMalformedEscapeIsNoAbsence) {
  EXPECT_EQ(read_time_query(query("at=%zz")).error().error, http::ErrorCode::invalid_request);
  EXPECT_EQ(read_wait_query(query("wait_for=%00")).error().error, http::ErrorCode::invalid_request);
}

TEST(ReadQuery, AWaitLastsTenSecondsUnlessItIsAskedForOtherwise) {
  EXPECT_EQ((*read_wait_query(query("wait_for=evt_1")))->timeout.count(), 10);
  EXPECT_EQ((*read_wait_query(query("timeout_s=30&wait_for=cs_1")))->timeout.count(), 30);
}

TEST(ReadQuery, ATimeMayHaveAFractionAndAnOffset) {
  EXPECT_EQ(**read_time_query(query("at=2026-01-15T10:00:00Z")), bought);
  EXPECT_EQ(**read_time_query(query("at=2026-01-15T11:00:00.5%2B01:00")),
            bought + std::chrono::milliseconds{500});
}

TEST(Cursor, ComesBackAsItWasGiven) {
  const ObjectPlace place{bought, {"acct_1", true, "sub_1"}};
  const auto back = read_object_place("subscriptions", cursor_of("subscriptions", place));
  ASSERT_TRUE(back);
  EXPECT_EQ(back->created, place.created);
  EXPECT_EQ(back->key, place.key);
}

/// Parts stand between bars, and a question mark is a NUL.
std::optional<ObjectPlace> made_up(std::string text) {
  std::replace(text.begin(), text.end(), '|', '\x1f');
  std::replace(text.begin(), text.end(), '?', '\0');
  return read_object_place("orphans", http::encode_base64url(text));
}

TEST(Cursor, OfAnotherListOrMadeUpIsNone) {
  EXPECT_TRUE(made_up("orphans|1||test|sub_1"));
  EXPECT_FALSE(made_up("subscriptions|1||test|sub_1"));
  EXPECT_FALSE(made_up("orphans|1||test"));
  EXPECT_FALSE(made_up("orphans|1||test|sub_1|"));
  EXPECT_FALSE(made_up("orphans|1||prod|sub_1"));
  EXPECT_FALSE(made_up("orphans|one||test|sub_1"));
  EXPECT_FALSE(made_up("orphans|-1||test|sub_1"));
  EXPECT_FALSE(made_up("orphans|9223372036854775807||test|sub_1"));
  EXPECT_FALSE(made_up("orphans|1|\xff|test|sub_1"));
  EXPECT_FALSE(made_up("orphans|1|?|test|sub_1"));
  EXPECT_FALSE(read_object_place("orphans", std::string(5'000, 'A')));
  EXPECT_FALSE(read_object_place("orphans", ""));
}

}  // namespace
}  // namespace tollgate::entitlements
