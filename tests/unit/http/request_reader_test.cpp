// SPDX-License-Identifier: Apache-2.0
// Framing without sockets: every shape here is also one that a proxy in front may read differently.
#include "http/request_reader.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

namespace tollgate::http {
namespace {

using Step = RequestReader::Step;

ServerLimits small_limits() {
  ServerLimits limits;
  limits.header_bytes_max = 512;
  limits.body_bytes_max = 40'000;
  return limits;
}

class RequestReaderTest : public testing::Test {
 protected:
  /// Feeds at most `piece` bytes at a time, until the reader has a request or a fault.
  Step feed(std::string_view& bytes, std::size_t piece) {
    Step step = Step::need_bytes;
    while (!bytes.empty() && step == Step::need_bytes) {
      const auto space = reader_.space();
      const std::size_t count = std::min({piece, bytes.size(), space.size()});
      std::memcpy(space.data(), bytes.data(), count);
      bytes.remove_prefix(count);
      step = reader_.advance(count);
    }
    return step;
  }
  Step feed_all(std::string_view bytes) { return feed(bytes, bytes.size()); }

  /// The reason of the fault, whether the bytes come at once or one by one; empty for none.
  std::string fault_of(const std::string& bytes) {
    std::string reasons[2];
    for (const std::size_t piece : {bytes.size(), std::size_t{1}}) {
      reader_.clear();
      std::string_view rest = bytes;
      const bool refused = feed(rest, piece) == Step::fault;
      reasons[piece == 1 ? 1 : 0] = refused ? std::string{reader_.fault().reason} : "";
    }
    EXPECT_EQ(reasons[0], reasons[1]) << bytes;
    return reasons[0];
  }

  const ServerLimits limits_ = small_limits();
  ByteBudget budget_{200'000};
  RequestReader reader_{limits_, budget_};
};

const std::string good_post = "POST /a?b=c HTTP/1.1\r\nHost: shop\r\nContent-Length: 5\r\n\r\nhello";

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
  EXPECT_EQ(feed_all("\r\n\r\nGET / HTTP/1.1\r\nHost: s\r\n\r\n"), Step::fault);
}

TEST_F(RequestReaderTest, UnderstandsEveryFormOfTarget) {
  const struct {
    std::string_view method, target, path, query;
  } rows[] = {
      {"GET", "/a/b?c=d?e", "/a/b", "c=d?e"},     {"GET", "http://shop/a?b", "/a", "b"},
      {"GET", "HTTP://shop:80/a", "/a", ""},      {"GET", "https://shop", "/", ""},
      {"GET", "http://shop?q=1", "/", "q=1"},     {"OPTIONS", "*", "*", ""},
      {"GET", "//other/a", "//other/a", ""},      {"GET", "/%2e%2e/a", "/%2e%2e/a", ""},
  };
  for (const auto& row : rows) {
    reader_.clear();
    const std::string head = std::string{row.method} + " " + std::string{row.target} +
                             " HTTP/1.1\r\nHost: shop\r\n\r\n";
    ASSERT_EQ(feed_all(head), Step::complete) << row.target;
    EXPECT_EQ(reader_.request().path, row.path);
    EXPECT_EQ(reader_.request().query, row.query);
  }
}

TEST_F(RequestReaderTest, RefusesTargetsThatAreNone) {
  for (const std::string target : {"a", "*", "shop:443", "ftp://shop/a", "http:///a", "/a#b",
                                   "http://user@shop/", "http://"}) {
    EXPECT_EQ(fault_of("GET " + target + " HTTP/1.1\r\nHost: s\r\n\r\n"), "target") << target;
  }
  EXPECT_EQ(fault_of("CONNECT shop:443 HTTP/1.1\r\nHost: s\r\n\r\n"), "target");
}

struct Framing {
  const char* reason;
  std::string head;  ///< behind the request line, without the empty line
  std::string rest;
};

TEST_F(RequestReaderTest, RefusesHeadsThatTwoReadersMayReadInTwoWays) {
  using std::string;
  const Framing rows[] = {
      {"transfer_encoding", "Host: s\r\nTransfer-Encoding: gzip\r\n", ""},
      {"transfer_encoding", "Host: s\r\nTransfer-Encoding: identity\r\n", ""},
      {"transfer_encoding", "Host: s\r\nTransfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"},
      {"transfer_encoding", "Host: s\r\nTransfer-Encoding: chunked, chunked\r\n", "0\r\n\r\n"},
      {"transfer_encoding", "Host: s\r\nTransfer-Encoding: chunked, identity\r\n", "0\r\n\r\n"},
      {"transfer_encoding", "Host: s\r\nTransfer-Encoding: xchunked\r\n", "0\r\n\r\n"},
      {"transfer_encoding", "Host: s\r\nTransfer-Encoding: Chunked\r\n", "0\r\n\r\n"},
      {"transfer_encoding", "Host: s\r\nTransfer-Encoding: \"chunked\"\r\n", "0\r\n\r\n"},
      {"transfer_encoding", "Host: s\r\nTransfer-Encoding:\r\n", "0\r\n\r\n"},
      {"two_framings", "Host: s\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", ""},
      {"two_framings", "Host: s\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n", "abc"},
      {"content_length", "Host: s\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n", "abc"},
      {"content_length", "Host: s\r\nContent-Length: 3\r\nContent-Length: 3\r\n", "abc"},
      {"content_length", "Host: s\r\nContent-Length: 3\r\nContent-Length: 4\r\n", "abcd"},
      {"content_length", "Host: s\r\nContent-Length: 3, 3\r\n", "abc"},
      {"content_length", "Host: s\r\nContent-Length: 5,5\r\n", "hello"},
      {"content_length", "Host: s\r\nContent-Length: +5\r\n", "hello"},
      {"content_length", "Host: s\r\nContent-Length: -5\r\n", "hello"},
      {"content_length", "Host: s\r\nContent-Length: 0x5\r\n", "hello"},
      {"content_length", "Host: s\r\nContent-Length: 5 5\r\n", "hello"},
      {"content_length", "Host: s\r\nContent-Length: 5;\r\n", "hello"},
      {"content_length", "Host: s\r\nContent-Length:\r\n", ""},
      {"content_length", "Host: s\r\nContent-Length: 99999999999999999999999\r\n", ""},
      {"host", "", ""},
      {"host", "Host: s\r\nHost: s\r\n", ""},
      {"host", "Host: s\r\nhOST: t\r\n", ""},
      {"host", "Host: s, t\r\n", ""},
      {"host", "Host: s/t\r\n", ""},
      {"host", "Host: a b\r\n", ""},
      {"line", "Host: s\r\nX-Long: a\r\n b\r\n", ""},
      {"line", "Host: s\r\nX-Long:\r\n\tchunked\r\n", ""},
      {"line", " Host: s\r\n", ""},
      {"line", "Host: s\nX: 1\r\n", ""},
      {"malformed", "Host: s\r\nX: a\rb\r\n", ""},
      {"malformed", "Host: s\r\nX: a\r\r\n", ""},
      {"malformed", "Host: s\r\nX : 1\r\n", ""},
      {"malformed", "Host: s\r\nTransfer-Encoding : chunked\r\n", "0\r\n\r\n"},
      {"malformed", "Host: s\r\nX\t: 1\r\n", ""},
      {"malformed", "Host: s\r\nNoColon\r\n", ""},
      {"malformed", "Host: s\r\n: nameless\r\n", ""},
      {"malformed", string{"Host: s\r\nX: a\0b\r\n", 17}, ""},
      {"malformed", string{"Host: s\r\nX\0Y: ab\r\n", 18}, ""},
      {"malformed", "Host: s\r\nX: \x01\r\n", ""},
      {"malformed", "Host: s\r\nX\xE9: a\r\n", ""},
      {"malformed", "Host: s\r\nConnection: a b;c\r\n", ""},
  };
  for (const Framing& row : rows) {
    EXPECT_EQ(fault_of("POST / HTTP/1.1\r\n" + row.head + "\r\n" + row.rest), row.reason) << row.head;
  }
}

TEST_F(RequestReaderTest, RefusesRequestLinesThatAreNone) {
  const struct {
    const char* reason;
    std::string line;
  } rows[] = {
      {"version", "GET / HTTP/2.0\r\n"},   {"version", "GET / HTTP/1.2\r\n"},
      {"version", "GET / HTTP/0.9\r\n"},   {"version", "GET / http/1.1\r\n"},
      {"version", "GET /  HTTP/1.1\r\n"},  {"version", "GET / HTTP/1.1 \r\n"},
      {"version", "GET / HTTP/11\r\n"},    {"malformed", " GET / HTTP/1.1\r\n"},
      {"malformed", "GET\t/ HTTP/1.1\r\n"}, {"target", "GET  / HTTP/1.1\r\n"},
      {"malformed", "G(T / HTTP/1.1\r\n"}, {"target", std::string{"GET /\0 HTTP/1.1\r\n", 18}},
      {"malformed", "\r\r\nGET / HTTP/1.1\r\n"}, {"line", "\nGET / HTTP/1.1\r\n"},
      {"line", "GET / HTTP/1.1\n"},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(fault_of(row.line + "Host: s\r\n\r\n"), row.reason) << row.line;
  }
  EXPECT_NE(fault_of("GET /\r\nHost: s\r\n\r\n"), "");
}

TEST_F(RequestReaderTest, RefusesChunksThatAreNone) {
  const std::string head = "POST / HTTP/1.1\r\nHost: s\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (const std::string body :
       {"x\r\n", "-1\r\na", "+1\r\na\r\n", " 1\r\na\r\n", "0x1\r\na\r\n", "1\na\r\n0\r\n\r\n",
        "1\r\nab\r\n0\r\n\r\n", "1\r\na\n0\r\n\r\n", "1\r\na\r\n0\r\nBad Trailer\r\n\r\n",
        "1\r\na0\r\n\r\n", "1 ;a\r\nb\r\n", "1;a\rb\r\nc\r\n", "\r\n", "0\r\n A: folded\r\n\r\n",
        "0\r\n:\r\n\r\n", "1,1\r\na\r\n0\r\n\r\n", "\r\n1\r\na\r\n0\r\n\r\n"}) {
    EXPECT_EQ(fault_of(head + body), "chunk") << body;
  }
  EXPECT_EQ(fault_of(head + "1;" + std::string(2'000, 'a') + "\r\na\r\n0\r\n\r\n"), "chunk");
  std::string trailers = "0\r\n";
  for (int i = 0; i < 50; ++i) trailers += "A: " + std::string(100, 'a') + "\r\n";
  EXPECT_EQ(fault_of(head + trailers), "chunk");
  EXPECT_EQ(fault_of(head + "0\r\nA: " + std::string(2'000, 'a') + "\r\n\r\n"), "chunk");
  EXPECT_EQ(fault_of("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
            "two_framings");
}

TEST_F(RequestReaderTest, TakesAHeadOfExactlyTheLimit) {
  const std::string frame = "GET / HTTP/1.1\r\nHost: s\r\nX: \r\n\r\n";
  const std::size_t rest = limits_.header_bytes_max - frame.size();
  const auto head = [&](std::size_t bytes) {
    return "GET / HTTP/1.1\r\nHost: s\r\nX: " + std::string(bytes, 'x') + "\r\n\r\n";
  };
  EXPECT_EQ(fault_of(head(rest)), "");
  EXPECT_EQ(fault_of(head(rest + 1)), "header_bytes");
  EXPECT_EQ(fault_of(std::string(limits_.header_bytes_max, 'x')), "header_bytes");
}

TEST_F(RequestReaderTest, RefusesADeclaredLengthBeforeTheBodyComes) {
  const std::string head = "POST / HTTP/1.1\r\nHost: s\r\nContent-Length: ";
  EXPECT_EQ(fault_of(head + "40001\r\n\r\n"), "body_bytes");
  EXPECT_EQ(fault_of(head + "40000\r\n\r\n" + std::string(40'000, 'b')), "");
}

TEST_F(RequestReaderTest, CountsChunksAsTheyCome) {
  const std::string head = "POST / HTTP/1.1\r\nHost: s\r\nTransfer-Encoding: chunked\r\n\r\n";
  const std::string half = "4e20\r\n" + std::string(20'000, 'b') + "\r\n";
  EXPECT_EQ(fault_of(head + half + half + "0\r\n\r\n"), "");
  EXPECT_EQ(fault_of(head + half + half + "1\r\n"), "body_bytes");
  EXPECT_EQ(fault_of(head + "ffffffffffffffff\r\n"), "body_bytes");
  EXPECT_EQ(fault_of(head + "10000000000000000\r\n"), "body_bytes");
}

TEST_F(RequestReaderTest, ChargesLongBodiesToTheSharedBudgetAndGivesItBack) {
  const std::string post = "POST / HTTP/1.1\r\nHost: s\r\nContent-Length: 40000\r\n\r\n";
  ASSERT_EQ(feed_all(post + std::string(39'999, 'b')), Step::need_bytes);
  EXPECT_GE(budget_.bytes(), 40'000U);
  const std::size_t rest = 200'000 - budget_.bytes();
  ASSERT_TRUE(budget_.take(rest));
  RequestReader other{limits_, budget_};
  const auto space = other.space();
  std::memcpy(space.data(), post.data(), post.size());
  EXPECT_EQ(other.advance(post.size()), Step::fault);
  EXPECT_EQ(other.fault().error, ErrorCode::unavailable);
  budget_.give_back(rest);
  reader_.clear();
  EXPECT_EQ(budget_.bytes(), 0U);
}

TEST_F(RequestReaderTest, HearsTheWishToContinueOnce) {
  ASSERT_EQ(feed_all("POST / HTTP/1.1\r\nHost: s\r\nExpect: 100-Continue\r\nContent-Length: 1\r\n\r\n"),
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
