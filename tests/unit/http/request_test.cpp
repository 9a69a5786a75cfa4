// SPDX-License-Identifier: Apache-2.0
#include "http/request.hpp"

#include <gtest/gtest.h>

namespace tollgate::http {
namespace {

Request with_query(std::string_view query) {
  Request request;
  request.query = query;
  return request;
}

TEST(Request, FindsHeadersWhateverTheirCaseAndCountsThem) {
  Request request;
  request.headers = {{"X-One", "first"}, {"x-ONE", "second"}, {"Other", "third"}};
  EXPECT_EQ(request.header("x-one"), "first");
  EXPECT_EQ(request.header_count("X-one"), 2U);
  EXPECT_EQ(request.header("absent"), "");
  EXPECT_EQ(request.header_count("absent"), 0U);
}

TEST(Request, DecodesTheFirstQueryParameterOfAName) {
  const Request request =
      with_query("a=1&at=2026-01-01T00%3A00%3A00Z&name=Ann+Lee&empty=&flag&a=2");
  EXPECT_EQ(request.query_value("at"), "2026-01-01T00:00:00Z");
  EXPECT_EQ(request.query_value("name"), "Ann Lee");
  EXPECT_EQ(request.query_value("a"), "1");
  EXPECT_EQ(request.query_value("empty"), "");
  EXPECT_EQ(request.query_value("flag"), "");
  EXPECT_EQ(request.query_value("absent"), std::nullopt);
}

TEST(Request, HasNoValueForAQueryParameterThatCannotBeText) {
  for (const std::string_view query : {"a=%", "a=%4", "a=%zz", "a=%00", "a=%ff", "a=x%C3"}) {
    EXPECT_EQ(with_query(query).query_value("a"), std::nullopt) << query;
  }
}

TEST(Request, TakesASafeRequestIdOfTheClient) {
  Request request;
  request.headers = {{"x-request-id", "Shop_1.a-9"}};
  EXPECT_EQ(request.known_request_id(), "Shop_1.a-9");
  EXPECT_EQ(request.request_id(), "Shop_1.a-9");
}

TEST(Request, MakesItsOwnIdInPlaceOfAnUnsafeOne) {
  for (const std::string& sent : {std::string{"a b"}, std::string{"a\"b"}, std::string(65, 'a')}) {
    Request request;
    request.headers = {{"X-Request-Id", sent}};
    EXPECT_EQ(request.known_request_id(), "");
    const std::string made = request.request_id();
    EXPECT_EQ(made.size(), 36U);
    EXPECT_EQ(request.request_id(), made);
    EXPECT_EQ(request.known_request_id(), made);
  }
}

TEST(Request, KeepsNothingOfTheOneBeforeWhenCleared) {
  Request request;
  request.headers = {{"A", "1"}};
  request.path_values = {"x"};
  request.body = "body";
  const std::string first_id = request.request_id();
  request.clear();
  EXPECT_TRUE(request.headers.empty());
  EXPECT_TRUE(request.path_values.empty());
  EXPECT_TRUE(request.body.empty());
  EXPECT_NE(request.request_id(), first_id);
}

}  // namespace
}  // namespace tollgate::http
