// SPDX-License-Identifier: Apache-2.0
// What is refused before any handler sees it: every shape here is one that a proxy in front may
// read differently, or one beyond a limit.
#include <gtest/gtest.h>

#include "tests/unit/http/reader_fixture.hpp"

namespace tollgate::http {
namespace {

class RequestRefusalTest : public tests::ReaderTest {};

struct Framing {
  const char* reason;
  std::string head;  ///< behind the request line, without the empty line
  std::string rest;
};

TEST_F(RequestRefusalTest, RefusesTargetsThatAreNone) {
  for (const std::string target : {"a", "*", "shop:443", "ftp://shop/a", "http:///a", "/a#b",
                                   "http://user@shop/", "http://"}) {
    EXPECT_EQ(fault_of("GET " + target + " HTTP/1.1\r\nHost: s\r\n\r\n"), "target") << target;
  }
  EXPECT_EQ(fault_of("CONNECT shop:443 HTTP/1.1\r\nHost: s\r\n\r\n"), "target");
}

TEST_F(RequestRefusalTest, RefusesHeadsThatTwoReadersMayReadInTwoWays) {
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
      {"transfer_encoding", "Host: s\r\nTransfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n",
       "0\r\n\r\n"},
      {"transfer_encoding",
       "Host: s\r\nTransfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"},
      {"two_framings", "Host: s\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
       ""},
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
    EXPECT_EQ(fault_of("POST / HTTP/1.1\r\n" + row.head + "\r\n" + row.rest), row.reason)
        << row.head;
  }
}

TEST_F(RequestRefusalTest, RefusesRequestLinesThatAreNone) {
  const struct {
    const char* reason;
    std::string line;
  } rows[] = {
      {"version", "GET / HTTP/2.0\r\n"},
      {"version", "GET / HTTP/1.2\r\n"},
      {"version", "GET / HTTP/0.9\r\n"},
      {"version", "GET / http/1.1\r\n"},
      {"version", "GET /  HTTP/1.1\r\n"},
      {"version", "GET / HTTP/1.1 \r\n"},
      {"version", "GET / HTTP/11\r\n"},
      {"malformed", " GET / HTTP/1.1\r\n"},
      {"malformed", "GET\t/ HTTP/1.1\r\n"},
      {"target", "GET  / HTTP/1.1\r\n"},
      {"malformed", "G(T / HTTP/1.1\r\n"},
      {"target", std::string{"GET /\0 HTTP/1.1\r\n", 17}},
      {"malformed", "\r\r\nGET / HTTP/1.1\r\n"},
      {"line", "\nGET / HTTP/1.1\r\n"},
      {"line", "GET / HTTP/1.1\n"},
  };
  for (const auto& row : rows) {
    EXPECT_EQ(fault_of(row.line + "Host: s\r\n\r\n"), row.reason) << row.line;
  }
  EXPECT_NE(fault_of("GET /\r\nHost: s\r\n\r\n"), "");
}

TEST_F(RequestRefusalTest, RefusesChunksThatAreNone) {
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

TEST_F(RequestRefusalTest, TakesAHeadOfExactlyTheLimit) {
  const std::string frame = "GET / HTTP/1.1\r\nHost: s\r\nX: \r\n\r\n";
  const std::size_t rest = limits_.header_bytes_max - frame.size();
  const auto head = [&](std::size_t bytes) {
    return "GET / HTTP/1.1\r\nHost: s\r\nX: " + std::string(bytes, 'x') + "\r\n\r\n";
  };
  EXPECT_EQ(fault_of(head(rest)), "");
  EXPECT_EQ(fault_of(head(rest + 1)), "header_bytes");
  EXPECT_EQ(fault_of(std::string(limits_.header_bytes_max, 'x')), "header_bytes");
}

TEST_F(RequestRefusalTest, RefusesADeclaredLengthBeforeTheBodyComes) {
  const std::string head = "POST / HTTP/1.1\r\nHost: s\r\nContent-Length: ";
  EXPECT_EQ(fault_of(head + "40001\r\n\r\n"), "body_bytes");
  EXPECT_EQ(fault_of(head + "40000\r\n\r\n" + std::string(40'000, 'b')), "");
}

TEST_F(RequestRefusalTest, TakesALongerBodyWhereItsRouteDoes) {
  const std::string head = "POST /long HTTP/1.1\r\nHost: s\r\n";
  EXPECT_EQ(fault_of(head + "Content-Length: 100001\r\n\r\n"), "body_bytes");
  EXPECT_EQ(fault_of(head + "Content-Length: 100000\r\n\r\n" + std::string(100'000, 'b')), "");
  const std::string chunk = "c350\r\n" + std::string(50'000, 'b') + "\r\n";
  const std::string chunked = head + "Transfer-Encoding: chunked\r\n\r\n" + chunk + chunk;
  EXPECT_EQ(fault_of(chunked + "0\r\n\r\n"), "");
  EXPECT_EQ(fault_of(chunked + "1\r\n"), "body_bytes");
}

TEST_F(RequestRefusalTest, CountsChunksAsTheyCome) {
  const std::string head = "POST / HTTP/1.1\r\nHost: s\r\nTransfer-Encoding: chunked\r\n\r\n";
  const std::string half = "4e20\r\n" + std::string(20'000, 'b') + "\r\n";
  EXPECT_EQ(fault_of(head + half + half + "0\r\n\r\n"), "");
  EXPECT_EQ(fault_of(head + half + half + "1\r\n"), "body_bytes");
  EXPECT_EQ(fault_of(head + "ffffffffffffffff\r\n"), "body_bytes");
  EXPECT_EQ(fault_of(head + "10000000000000000\r\n"), "body_bytes");
}

}  // namespace
}  // namespace tollgate::http
