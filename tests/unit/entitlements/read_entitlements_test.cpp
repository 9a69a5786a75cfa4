// SPDX-License-Identifier: Apache-2.0
#include "entitlements/read/read_entitlements.hpp"

#include <gtest/gtest.h>

namespace tollgate::entitlements {
namespace {

TEST(MatchesEtag, KnowsListsWeakTagsAndTheStar) {
  EXPECT_TRUE(matches_etag("\"a\"", "\"a\""));
  EXPECT_TRUE(matches_etag("\"b\" , W/\"a\"", "\"a\""));
  EXPECT_TRUE(matches_etag("*", "\"a\""));
  EXPECT_FALSE(matches_etag("", "\"a\""));
  EXPECT_FALSE(matches_etag("\"aa\",a", "\"a\""));
}

}  // namespace
}  // namespace tollgate::entitlements
