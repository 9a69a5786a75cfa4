// SPDX-License-Identifier: Apache-2.0
#include "http/response.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidjson/document.h>

#include "http/response_text.hpp"

namespace tollgate::http {
namespace {

std::string header_of(const Response& response, std::string_view wanted) {
  for (const auto& [name, value] : response.headers) {
    if (name == wanted) return value;
  }
  return {};
}

std::string head(const Response& response, const AnswerTraits& traits) {
  std::string scratch;
  return std::string{head_text(response, traits, scratch)};
}

TEST(ProblemResponse, CarriesEveryMemberOfRfc9457AndOurTwo) {
  const Problem problem{.error = ErrorCode::unprocessable,
                        .code = "too_old",
                        .detail = "Ask for a time after \"2026\"."};
  const Response response = problem_response(problem, "req-1");
  EXPECT_EQ(response.status, 422U);
  EXPECT_EQ(response.content_type, "application/problem+json");
  rapidjson::Document json;
  json.Parse(response.body.c_str());
  ASSERT_FALSE(json.HasParseError());
  EXPECT_STREQ(json["type"].GetString(), "about:blank");
  EXPECT_STREQ(json["title"].GetString(), "Unprocessable Content");
  EXPECT_EQ(json["status"].GetInt(), 422);
  EXPECT_STREQ(json["detail"].GetString(), "Ask for a time after \"2026\".");
  EXPECT_STREQ(json["code"].GetString(), "too_old");
  EXPECT_STREQ(json["request_id"].GetString(), "req-1");
}

TEST(ProblemResponse, UsesTheErrorsOwnNameAsItsCode) {
  const struct {
    ErrorCode error;
    unsigned status;
    const char* code;
  } rows[] = {
      {ErrorCode::invalid_request, 400, "invalid_request"},
      {ErrorCode::unauthorized, 401, "unauthorized"},
      {ErrorCode::forbidden, 403, "forbidden"},
      {ErrorCode::not_found, 404, "not_found"},
      {ErrorCode::method_not_allowed, 405, "method_not_allowed"},
      {ErrorCode::request_timeout, 408, "request_timeout"},
      {ErrorCode::conflict, 409, "conflict"},
      {ErrorCode::payload_too_large, 413, "payload_too_large"},
      {ErrorCode::unprocessable, 422, "unprocessable"},
      {ErrorCode::headers_too_large, 431, "headers_too_large"},
      {ErrorCode::internal, 500, "internal"},
      {ErrorCode::not_implemented, 501, "not_implemented"},
      {ErrorCode::unavailable, 503, "unavailable"},
  };
  for (const auto& row : rows) {
    const Response response = problem_response({.error = row.error, .code = {}, .detail = {}}, "r");
    EXPECT_EQ(response.status, row.status);
    EXPECT_EQ(status_of(row.error), row.status);
    EXPECT_NE(response.body.find("\"code\":\"" + std::string{row.code} + "\""), std::string::npos)
        << response.body;
  }
}

TEST(ProblemResponse, TellsWhenToComeBackAndHowToIdentifyOneself) {
  const Problem away{.error = ErrorCode::unavailable, .code = {}, .detail = {}};
  EXPECT_EQ(header_of(problem_response(away, "r"), "Retry-After"), "1");
  const Problem unknown{.error = ErrorCode::unauthorized, .code = {}, .detail = {}};
  EXPECT_EQ(header_of(problem_response(unknown, "r"), "WWW-Authenticate"), "Bearer");
}

TEST(ResponseText, IsShortForAnEmptyAnswer) {
  AnswerTraits traits;
  traits.date = "Sun, 06 Nov 1994 08:49:37 GMT";
  EXPECT_EQ(head(Response{}, traits),
            "HTTP/1.1 200 OK\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nContent-Length: 0\r\n\r\n");
}

TEST(ResponseText, SaysWhatBecomesOfTheConnection) {
  AnswerTraits closing;
  closing.keep_alive = false;
  EXPECT_NE(head(Response{}, closing).find("Connection: close\r\n"), std::string::npos);
  AnswerTraits old;
  old.to_http_1_0 = true;
  EXPECT_NE(head(Response{}, old).find("Connection: keep-alive\r\n"), std::string::npos);
}

TEST(ResponseText, CannotBeForgedByAHeaderValue) {
  Response response;
  response.headers = {{"Location", "https://shop\r\nSet-Cookie: a=b"},
                      {"X\r\nY", "1"},
                      {"X-Nul", std::string{"a\0b", 3}},
                      {"X-Good", "yes"}};
  const std::string text = head(response, AnswerTraits{});
  EXPECT_EQ(text.find("Set-Cookie"), std::string::npos);
  EXPECT_EQ(text.find("X-Nul"), std::string::npos);
  EXPECT_NE(text.find("X-Good: yes\r\n"), std::string::npos);
}

TEST(ResponseText, TellsHeadTheLengthOfTheBodyItDoesNotGet) {
  const Response response = json_response(200, "{}");
  AnswerTraits traits;
  traits.to_head = true;
  EXPECT_NE(head(response, traits).find("Content-Length: 2\r\n"), std::string::npos);
  EXPECT_EQ(body_text(response, traits), "");
}

TEST(ResponseText, GivesNoLengthAndNoBodyWhereNoneMayBe) {
  for (const unsigned status : {204U, 304U}) {
    const Response response = json_response(status, "{}");
    EXPECT_EQ(head(response, AnswerTraits{}).find("Content-Length"), std::string::npos);
    EXPECT_EQ(body_text(response, AnswerTraits{}), "");
  }
}

TEST(HeadText, GivesWayToADateOfTheHandler) {
  Response response;
  AnswerTraits traits;
  traits.date = "Sun, 06 Nov 1994 08:49:37 GMT";
  EXPECT_THAT(head(response, traits), testing::HasSubstr("\r\nDate: Sun, 06 Nov 1994"));
  response.headers.emplace_back("Date", "Thu, 15 Jan 2026 10:00:00 GMT");
  EXPECT_THAT(head(response, traits),
              testing::AllOf(testing::HasSubstr("\r\nDate: Thu, 15 Jan 2026"),
                             testing::Not(testing::HasSubstr("1994"))));
}

}  // namespace
}  // namespace tollgate::http
