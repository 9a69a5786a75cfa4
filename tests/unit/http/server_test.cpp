// SPDX-License-Identifier: Apache-2.0
// The server over real sockets: what a client gets. Limits and drain have files of their own.
#include "http/server.hpp"

#include <gtest/gtest.h>

#include <boost/asio/ip/tcp.hpp>

#include "tests/unit/http/http_socket.hpp"
#include "tests/unit/http/running_server.hpp"

namespace tollgate::http {
namespace {

using boost::asio::ip::tcp;
using tests::get;
using tests::HttpSocket;
using tests::post;
using tests::RunningServer;

TEST(Server, AnswersOneRequestAfterTheOtherOnOneConnection) {
  RunningServer server;
  HttpSocket client{server.port()};
  for (const std::string body : {"one", "two", ""}) {
    const auto answer = client.ask(post("/echo", body));
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, body);
    EXPECT_EQ(answer.header("Connection"), "");
    EXPECT_EQ(answer.header("Date").size(),
              std::string_view{"Sun, 06 Nov 1994 08:49:37 GMT"}.size());
  }
  EXPECT_TRUE(
      server.wait_for_metric("tollgate_http_requests_total{listener=\"api\",status=\"2xx\"} 3"));
}

/// Whether somebody on this machine could reach us by that address at all.
bool machine_has(const boost::asio::ip::address& address) {
  boost::asio::io_context io;
  tcp::socket socket{io};
  boost::system::error_code failure;
  socket.open(tcp::endpoint{address, 0}.protocol(), failure);
  if (!failure) socket.bind({address, 0}, failure);
  return !failure;
}

TEST(Server, TakesIpv4AndIpv6WhenNoAddressIsNamed) {
  boost::asio::io_context io;
  Metrics metrics;
  tests::EchoApi api{io};
  const auto server = make_server(io, *parse_endpoint(":0"), {}, api.handler(), metrics);
  for (const char* text : {"127.0.0.1", "::1"}) {
    const auto address = boost::asio::ip::make_address(text);
    if (!machine_has(address)) continue;
    tcp::socket client{io};
    boost::system::error_code failure;
    client.connect({address, server->port()}, failure);
    EXPECT_FALSE(failure) << text << ": " << failure.message();
  }
}

TEST(Server, NamesTheAddressThatItCannotListenOn) {
  const RunningServer first;
  const std::string taken = "127.0.0.1:" + std::to_string(first.port());
  boost::asio::io_context io;
  Metrics metrics;
  tests::EchoApi api{io};
  try {
    make_server(io, *parse_endpoint(taken), {}, api.handler(), metrics);
    FAIL() << "two listen on " << taken;
  } catch (const boost::system::system_error& failure) {
    EXPECT_EQ(failure.code(), boost::asio::error::address_in_use);
    EXPECT_NE(std::string{failure.what()}.find("cannot listen on " + taken), std::string::npos);
  }
}

TEST(Server, AnswersPipelinedRequestsInTheirOrder) {
  RunningServer server;
  HttpSocket client{server.port()};
  std::string requests;
  for (int i = 0; i < 50; ++i)
    requests += post("/echo", std::string(1'000, 'a') + std::to_string(i));
  ASSERT_TRUE(client.send(requests));
  for (int i = 0; i < 50; ++i) {
    EXPECT_EQ(client.receive().body, std::string(1'000, 'a') + std::to_string(i));
  }
}

TEST(Server, ClosesWhenTheClientAsksForIt) {
  RunningServer server;
  HttpSocket client{server.port()};
  const auto answer = client.ask(get("/seen/x", "Connection: close\r\n"));
  EXPECT_EQ(answer.body, "x");
  EXPECT_EQ(answer.header("Connection"), "close");
  EXPECT_TRUE(client.wait_for_close());
}

TEST(Server, KeepsAnHttp10ConnectionOnlyWhenAsked) {
  RunningServer server;
  HttpSocket keeping{server.port()};
  const std::string asking = "GET /seen/x HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";
  EXPECT_EQ(keeping.ask(asking).header("Connection"), "keep-alive");
  EXPECT_EQ(keeping.ask(asking).status, 200);
  HttpSocket plain{server.port()};
  EXPECT_EQ(plain.ask("GET /seen/x HTTP/1.0\r\n\r\n").header("Connection"), "close");
  EXPECT_TRUE(plain.wait_for_close());
}

TEST(Server, AnswersHeadWithoutTheBody) {
  RunningServer server;
  HttpSocket client{server.port()};
  client.send("HEAD /seen/abc HTTP/1.1\r\nHost: s\r\n\r\n");
  const auto answer = client.receive(true);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.header("Content-Length"), "3");
  EXPECT_EQ(client.ask(get("/seen/next")).body, "next");
}

TEST(Server, StillAnswersAClientThatHasEndedSending) {
  RunningServer server;
  HttpSocket client{server.port()};
  client.send(post("/echo", "last words"));
  client.end_sending();
  EXPECT_EQ(client.receive().body, "last words");
  EXPECT_TRUE(client.wait_for_close());
}

TEST(Server, EchoesTheRequestIdAndMakesOneForErrorsOnly) {
  RunningServer server;
  HttpSocket client{server.port()};
  EXPECT_EQ(client.ask(get("/seen/x", "X-Request-Id: shop-7\r\n")).header("X-Request-Id"),
            "shop-7");
  EXPECT_EQ(client.ask(get("/seen/x")).header("X-Request-Id"), "");
  const auto missing = client.ask(get("/nowhere"));
  EXPECT_EQ(missing.status, 404);
  EXPECT_EQ(missing.header("Content-Type"), "application/problem+json");
  const std::string id = missing.header("X-Request-Id");
  EXPECT_EQ(id.size(), 36U);
  EXPECT_NE(missing.body.find("\"request_id\":\"" + id + "\""), std::string::npos);
}

TEST(Server, HidesWhatAHandlerThrew) {
  RunningServer server;
  HttpSocket client{server.port()};
  const auto answer = client.ask(get("/broken"));
  EXPECT_EQ(answer.status, 500);
  EXPECT_EQ(answer.body.find("secret"), std::string::npos);
  EXPECT_NE(answer.body.find("\"code\":\"internal\""), std::string::npos);
  EXPECT_EQ(client.ask(get("/seen/on")).body, "on");
}

TEST(Server, SendsAnswersLargerThanTheSocketTakesAtOnce) {
  RunningServer server;
  HttpSocket client{server.port()};
  EXPECT_EQ(client.ask(get("/large?bytes=20000000")).body.size(), 20'000'000U);
  EXPECT_EQ(client.ask(get("/seen/on")).body, "on");
}

TEST(Server, InvitesTheBodyOfAClientThatWaitsForIt) {
  RunningServer server;
  HttpSocket client{server.port()};
  const std::string head =
      "POST /echo HTTP/1.1\r\nHost: s\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n";
  EXPECT_EQ(client.ask(head).status, 100);
  EXPECT_EQ(client.ask("hello").body, "hello");
  // Also when that request was sent together with the one before.
  EXPECT_EQ(client.ask(get("/seen/x") + head).body, "x");
  EXPECT_EQ(client.receive().status, 100);
  EXPECT_EQ(client.ask("again").body, "again");
  const auto too_large = client.ask(
      "POST /echo HTTP/1.1\r\nHost: s\r\nExpect: 100-continue\r\nContent-Length: 99999999\r\n\r\n");
  EXPECT_EQ(too_large.status, 413);
}

TEST(Server, AnswersFramingFaultsAndCloses) {
  RunningServer server;
  const struct {
    int status;
    std::string request;
  } rows[] = {
      {400, "POST /echo HTTP/1.1\r\nHost: s\r\nContent-Length: +5\r\n\r\nhello"},
      {400,
       "POST /echo HTTP/1.1\r\nHost: s\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello"},
      {400, "POST /echo HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello"},
      {400, "POST /echo HTTP/1.1\r\nHost: s\r\nHost: s\r\nContent-Length: 5\r\n\r\nhello"},
      {400, "POST /echo HTTP/1.1\r\nHost: s\r\nX: a\r\n b\r\n\r\n"},
      {400, "POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
      {400, "POST /echo HTTP/1.1\r\nHost: s\r\nTransfer-Encoding: chunked\r\n\r\nz\r\n"},
      {501, "POST /echo HTTP/1.1\r\nHost: s\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"},
      {400, "\x16\x03\x01\x02\n"},
  };
  for (const auto& row : rows) {
    HttpSocket client{server.port()};
    // The smuggled request behind it must find nobody.
    const auto answer = client.ask(row.request + get("/seen/smuggled"));
    EXPECT_EQ(answer.status, row.status) << row.request;
    EXPECT_EQ(answer.header("Connection"), "close");
    EXPECT_EQ(answer.header("Content-Type"), "application/problem+json");
    EXPECT_TRUE(client.wait_for_close());
  }
  EXPECT_EQ(server.metrics().find("status=\"2xx\"} 1"), std::string::npos);
}

}  // namespace
}  // namespace tollgate::http
