// SPDX-License-Identifier: Apache-2.0
// Whole requests, however their bytes are cut. Refusals are request_refusal_test.cpp.
#include "http/request_reader.hpp"

#include <gtest/gtest.h>

#include <random>
#include <utility>

#include "tests/unit/http/reader_fixture.hpp"

namespace tollgate::http {
namespace {

class RequestReaderTest : public tests::ReaderTest {};

const std::string good_post =
    "POST /a?b=c HTTP/1.1\r\nHost: shop\r\nContent-Length: 5\r\n\r\nhello";

TEST_F(RequestReaderTest, ReadsTheSameRequestHoweverItIsCut) {
  for (std::size_t piece = 1; piece <= good_post.size(); ++piece) {
    reader_.clear();
    std::string_view rest = good_post;
    ASSERT_EQ(feed(rest, piece), Step::complete) << piece;
    EXPECT_EQ(rest, "");
    const Request& request = reader_.request();
    EXPECT_EQ(request.method, "POST");
    EXPECT_EQ(request.target, "/a?b=c");
    EXPECT_EQ(request.path, "/a");
    EXPECT_EQ(request.query, "b=c");
    EXPECT_EQ(request.header("host"), "shop");
    EXPECT_EQ(request.headers.size(), 2U);
    EXPECT_EQ(request.body, "hello");
    EXPECT_TRUE(reader_.keep_alive());
  }
}

TEST_F(RequestReaderTest, ReadsTheSameChunksHoweverTheyAreCut) {
  const std::string bytes =
      "POST / HTTP/1.1\r\nHost: shop\r\nTransfer-Encoding: chunked\r\n\r\n"
      "5;name=\"a b\"\r\nhello\r\n0B\r\n, good\r\nday\r\n00\r\nTrailer: dropped\r\n\r\n";
  for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
    reader_.clear();
    std::string_view rest = bytes;
    ASSERT_EQ(feed(rest, piece), Step::complete) << piece;
    EXPECT_EQ(reader_.request().body, "hello, good\r\nday");
    EXPECT_EQ(reader_.request().header("Trailer"), "");
  }
}

TEST_F(RequestReaderTest, ReadsPipelinedRequestsOneByOne) {
  const std::string chunked =
      "POST /c HTTP/1.1\r\nHost: s\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
  const std::string get = "GET /g HTTP/1.1\r\nHost: s\r\nConnection: close\r\n\r\n";
  EXPECT_EQ(feed_all(good_post + chunked + get), Step::complete);
  EXPECT_EQ(reader_.request().body, "hello");
  ASSERT_TRUE(reader_.has_more());
  ASSERT_EQ(reader_.next(), Step::complete);
  EXPECT_EQ(reader_.request().path, "/c");
  EXPECT_EQ(reader_.request().body, "abc");
  ASSERT_TRUE(reader_.has_more());
  ASSERT_EQ(reader_.next(), Step::complete);
  EXPECT_EQ(reader_.request().path, "/g");
  EXPECT_EQ(reader_.request().body, "");
  EXPECT_FALSE(reader_.keep_alive());
  EXPECT_FALSE(reader_.has_more());
}

TEST_F(RequestReaderTest, KeepsALongBodyApartFromWhatFollows) {
  const std::string body(30'000, 'b');
  const std::string post = "POST / HTTP/1.1\r\nHost: s\r\nContent-Length: 30000\r\n\r\n" + body;
  const std::string both = post + "GET /next HTTP/1.1\r\nHost: s\r\n\r\n";
  std::string_view rest = both;
  ASSERT_EQ(feed(rest, 1'000), Step::complete);
  EXPECT_EQ(reader_.request().body, body);
  EXPECT_EQ(reader_.request().header("Host"), "s");
  reader_.next();
  ASSERT_EQ(feed(rest, 1'000), Step::complete);
  EXPECT_EQ(reader_.request().path, "/next");
}

TEST_F(RequestReaderTest, SpeaksHttp10WithItsOwnDefaultOfClosing) {
  ASSERT_EQ(feed_all("GET /a HTTP/1.0\r\n\r\n"), Step::complete);
  EXPECT_TRUE(reader_.is_http_1_0());
  EXPECT_FALSE(reader_.keep_alive());
  reader_.clear();
  ASSERT_EQ(feed_all("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"), Step::complete);
  EXPECT_TRUE(reader_.keep_alive());
}

TEST_F(RequestReaderTest, ForgivesOneEmptyLineBeforeARequest) {
  EXPECT_EQ(fault_of("\r\nGET / HTTP/1.1\r\nHost: s\r\n\r\n"), "");
  reader_.clear();
  EXPECT_EQ(fault_of("\r\n\r\nGET / HTTP/1.1\r\nHost: s\r\n\r\n"), "malformed");
}

TEST_F(RequestReaderTest, UnderstandsEveryFormOfTarget) {
  const struct {
    std::string_view method, target, path, query;
  } rows[] = {
      {"GET", "/a/b?c=d?e", "/a/b", "c=d?e"}, {"GET", "http://shop/a?b", "/a", "b"},
      {"GET", "HTTP://shop:80/a", "/a", ""},  {"GET", "https://shop", "/", ""},
      {"GET", "http://shop?q=1", "/", "q=1"}, {"OPTIONS", "*", "*", ""},
      {"GET", "//other/a", "//other/a", ""},  {"GET", "/%2e%2e/a", "/%2e%2e/a", ""},
  };
  for (const auto& row : rows) {
    reader_.clear();
    const std::string head =
        std::string{row.method} + " " + std::string{row.target} + " HTTP/1.1\r\nHost: shop\r\n\r\n";
    ASSERT_EQ(feed_all(head), Step::complete) << row.target;
    EXPECT_EQ(reader_.request().path, row.path);
    EXPECT_EQ(reader_.request().query, row.query);
  }
}

TEST_F(RequestReaderTest, ChargesLongBodiesToTheSharedBudgetAndGivesItBack) {
  const std::string post = "POST / HTTP/1.1\r\nHost: s\r\nContent-Length: 40000\r\n\r\n";
  ASSERT_EQ(feed_all(post + std::string(39'999, 'b')), Step::need_bytes);
  EXPECT_GE(budget_.bytes(), 40'000U);
  const std::size_t rest = 200'000 - budget_.bytes();
  ASSERT_TRUE(budget_.take(rest));
  RequestReader other{limits_, handler_, budget_};
  const auto space = other.space();
  std::memcpy(space.data(), post.data(), post.size());
  EXPECT_EQ(other.advance(post.size()), Step::fault);
  EXPECT_EQ(other.fault().error, ErrorCode::unavailable);
  budget_.give_back(rest);
  reader_.clear();
  EXPECT_EQ(budget_.bytes(), 0U);
}

/// How a request is cut must never decide how it is read: that is what smuggling needs.
TEST_F(RequestReaderTest, ReadsBrokenRequestsTheSameHoweverTheyAreCut) {
  const std::string chunked =
      "POST /c HTTP/1.1\r\nHost: s\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n0\r\nT: "
      "v\r\n\r\n";
  const std::string letters = "\r\n\t :;,0159aAfZ/?#%*\"\x01\x7f\xe9";
  std::mt19937 random{20260101};
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes = round % 2 == 0 ? good_post : chunked;
    for (unsigned changes = 1 + random() % 3; changes > 0; --changes) {
      const std::size_t at = random() % bytes.size();
      const char letter = letters[random() % letters.size()];
      switch (random() % 3) {
        case 0: bytes[at] = letter; break;
        case 1: bytes.insert(at, 1, letter); break;
        default: bytes.erase(at, 1); break;
      }
    }
    std::pair<Step, std::string> readings[2];
    for (const std::size_t piece : {bytes.size(), 1 + random() % 5}) {
      reader_.clear();
      std::string_view rest = bytes;
      const Step step = feed(rest, piece);
      auto& reading = readings[piece == bytes.size() ? 0 : 1];
      reading = {step, step == Step::complete ? std::string{reader_.request().body} : ""};
    }
    ASSERT_EQ(readings[0], readings[1]) << bytes;
  }
}

TEST_F(RequestReaderTest, HearsTheWishToContinueOnce) {
  ASSERT_EQ(
      feed_all("POST / HTTP/1.1\r\nHost: s\r\nExpect: 100-Continue\r\nContent-Length: 1\r\n\r\n"),
      Step::need_bytes);
  EXPECT_TRUE(reader_.take_expectation());
  EXPECT_FALSE(reader_.take_expectation());
  reader_.clear();
  EXPECT_FALSE(reader_.take_expectation());
  ASSERT_EQ(feed_all("POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n"),
            Step::need_bytes);
  EXPECT_FALSE(reader_.take_expectation());
}

}  // namespace
}  // namespace tollgate::http
