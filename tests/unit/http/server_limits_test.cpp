// SPDX-License-Identifier: Apache-2.0
// Every limit of the server, over real sockets; times are shrunk.
#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "http/server.hpp"
#include "http/server_state.hpp"
#include "tests/unit/http/http_socket.hpp"
#include "tests/unit/http/running_server.hpp"

namespace tollgate::http {
namespace {

using std::chrono::milliseconds;
using tests::get;
using tests::HttpSocket;
using tests::post;
using tests::RunningServer;

ServerLimits with(void (*change)(ServerLimits&)) {
  ServerLimits limits;
  change(limits);
  return limits;
}

TEST(ServerLimits, TakesABodyOfExactlyTheLimit) {
  RunningServer server{with([](ServerLimits& limits) { limits.body_bytes_max = 100'000; })};
  HttpSocket client{server.port()};
  const std::string body(100'000, 'b');
  EXPECT_EQ(client.ask(post("/echo", body)).body, body);
  const auto answer = client.ask(post("/echo", body + "b"));
  EXPECT_EQ(answer.status, 413);
  EXPECT_EQ(answer.header("Connection"), "close");
  EXPECT_TRUE(client.wait_for_close());
}

TEST(ServerLimits, LetsAClientReadTheRefusalOfABodyThatItIsStillSending) {
  RunningServer server;
  HttpSocket client{server.port()};
  const std::string head = "POST /echo HTTP/1.1\r\nHost: s\r\nContent-Length: 3000000\r\n\r\n";
  ASSERT_TRUE(client.send(head + std::string(3'000'000, 'b')));
  const auto answer = client.receive();
  EXPECT_EQ(answer.status, 413);
  EXPECT_NE(answer.body.find("payload_too_large"), std::string::npos);
}

TEST(ServerLimits, RefusesHeadsBeyondTheLimit) {
  RunningServer server;
  HttpSocket client{server.port()};
  const auto answer = client.ask(get("/seen/x", "X: " + std::string(8 * 1024, 'x') + "\r\n"));
  EXPECT_EQ(answer.status, 431);
  EXPECT_TRUE(client.wait_for_close());
  EXPECT_TRUE(server.wait_for_metric(
      "tollgate_http_refused_total{listener=\"api\",reason=\"header_bytes\"} 1"));
}

TEST(ServerLimits, GivesUpOnARequestThatDripsIn) {
  RunningServer server{with([](ServerLimits& limits) {
    limits.request_max = milliseconds{60};
    limits.body_bytes_max = 100'000'000;
  })};
  HttpSocket client{server.port()};
  client.send("POST /echo HTTP/1.1\r\nHost: s\r\nContent-Length: 100000000\r\n\r\n");
  // A byte now and then must not buy more time: the server answers while we keep sending.
  std::thread dripping{[&] {
    while (client.send("x") && server.metrics().find("request_time") == std::string::npos) {
    }
  }};
  const auto answer = client.receive();
  dripping.join();
  EXPECT_EQ(answer.status, 408);
  EXPECT_EQ(answer.header("Connection"), "close");
}

TEST(ServerLimits, ClosesIdleConnectionsWithoutAWord) {
  RunningServer server{with([](ServerLimits& limits) { limits.idle_max = milliseconds{40}; })};
  HttpSocket fresh{server.port()};
  HttpSocket used{server.port()};
  EXPECT_EQ(used.ask(get("/seen/x")).status, 200);
  EXPECT_TRUE(fresh.wait_for_close());
  EXPECT_EQ(fresh.receive().status, 0);
  EXPECT_TRUE(used.wait_for_close());
  EXPECT_TRUE(server.wait_for_metric("tollgate_http_connections{listener=\"api\"} 0"));
}

TEST(ServerLimits, ClosesWhenAHandlerTakesTooLong) {
  RunningServer server{with([](ServerLimits& limits) { limits.handler_max = milliseconds{40}; })};
  HttpSocket client{server.port()};
  EXPECT_EQ(client.ask(get("/held")).status, 0);
  EXPECT_TRUE(server.wait_for_metric("reason=\"handler_time\"} 1"));
  server.release_held();
  EXPECT_TRUE(server.wait_for_metric("tollgate_http_connections{listener=\"api\"} 0"));
}

TEST(ServerLimits, ClosesWhenAClientDoesNotReadItsAnswer) {
  RunningServer server{with([](ServerLimits& limits) { limits.write_max = milliseconds{40}; })};
  HttpSocket client{server.port()};
  client.shrink_receive_buffer();
  client.send(get("/large?bytes=50000000"));
  EXPECT_TRUE(server.wait_for_metric("reason=\"write_time\"} 1"));
  EXPECT_TRUE(server.wait_for_metric("tollgate_http_connections{listener=\"api\"} 0"));
}

TEST(ServerLimits, BoundsConnectionsOfAllAndOfOneAddress) {
  for (const bool by_address : {false, true}) {
    ServerLimits limits;
    (by_address ? limits.connections_per_address_max : limits.connections_max) = 2;
    RunningServer server{limits};
    HttpSocket first{server.port()};
    EXPECT_EQ(first.ask(get("/seen/1")).status, 200);
    {
      HttpSocket second{server.port()};
      EXPECT_EQ(second.ask(get("/seen/2")).status, 200);
      HttpSocket third{server.port()};
      EXPECT_EQ(third.ask(get("/seen/3")).status, 0);
    }
    ASSERT_TRUE(server.wait_for_metric("tollgate_http_connections{listener=\"api\"} 1"));
    HttpSocket fourth{server.port()};
    EXPECT_EQ(fourth.ask(get("/seen/4")).status, 200);
  }
}

TEST(ServerLimits, CountsAnIpv6NetworkAndAnIpv4AddressAsOneClientEach) {
  const auto key = [](const char* text) {
    return address_key(boost::asio::ip::make_address(text));
  };
  EXPECT_EQ(key("2001:db8:1:2::1"), key("2001:db8:1:2:ffff::9"));
  EXPECT_NE(key("2001:db8:1:2::1"), key("2001:db8:1:3::1"));
  EXPECT_EQ(key("::ffff:192.0.2.1"), key("192.0.2.1"));
  EXPECT_NE(key("192.0.2.1"), key("192.0.2.2"));
  EXPECT_EQ(plain_address(boost::asio::ip::make_address("::ffff:192.0.2.1")).to_string(),
            "192.0.2.1");
}

TEST(ServerLimits, BoundsAllBodiesInFlight) {
  RunningServer server{with([](ServerLimits& limits) {
    limits.body_bytes_max = 1'000'000;
    limits.body_bytes_in_flight_max = 600'000;
  })};
  HttpSocket first{server.port()};
  const std::string length = "Content-Length: 400000\r\n";
  const std::string body(400'000, 'b');
  first.send(get("/held", length) + body);
  ASSERT_TRUE(server.wait_for_held(1));
  HttpSocket second{server.port()};
  const auto refused = second.ask(post("/echo", body));
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(refused.header("Retry-After"), "1");
  EXPECT_EQ(refused.header("Connection"), "close");
  server.release_held();
  EXPECT_EQ(first.receive().status, 200);
  EXPECT_EQ(first.ask(get("/seen/x")).status, 200);
  HttpSocket third{server.port()};
  EXPECT_EQ(third.ask(post("/echo", body)).status, 200);
}

TEST(ServerLimits, AnswersOnlyThoseWhoAskWhenThereIsNoMemoryForARequest) {
  RunningServer server{with([](ServerLimits& limits) {
    limits.body_bytes_in_flight_max = 1;  // less than any buffer
    limits.idle_max = milliseconds{40};
  })};
  {
    const HttpSocket leaving{server.port()};
    ASSERT_TRUE(server.wait_for_metric("tollgate_http_connections{listener=\"api\"} 1"));
  }
  HttpSocket idle{server.port()};
  EXPECT_EQ(idle.receive().status, 0);
  ASSERT_TRUE(server.wait_for_metric("tollgate_http_connections{listener=\"api\"} 0"));
  EXPECT_EQ(server.metrics().find("bodies_in_flight"), std::string::npos);
  HttpSocket asking{server.port()};
  EXPECT_EQ(asking.ask(get("/seen/x")).status, 503);
  EXPECT_TRUE(server.wait_for_metric("reason=\"bodies_in_flight\"} 1"));
  EXPECT_TRUE(server.wait_for_metric("tollgate_http_request_seconds_count{listener=\"api\"} 1"));
  constexpr std::string_view sum = "tollgate_http_request_seconds_sum{listener=\"api\"} ";
  const std::string text = server.metrics();
  const auto at = text.find(sum);
  ASSERT_NE(at, std::string::npos);
  const double seconds = std::stod(text.substr(at + sum.size()));
  EXPECT_GE(seconds, 0);
  EXPECT_LT(seconds, 10);
}

TEST(ServerLimits, HoldsNoMemoryForIdleConnections) {
  RunningServer server{with([](ServerLimits& limits) {
    limits.body_bytes_in_flight_max = 40'000;  // two buffers
  })};
  std::vector<HttpSocket> clients;
  clients.reserve(20);
  for (int i = 0; i < 20; ++i) clients.emplace_back(server.port());
  for (HttpSocket& client : clients) EXPECT_EQ(client.ask(get("/seen/x")).status, 200);
  for (HttpSocket& client : clients) EXPECT_EQ(client.ask(get("/seen/y")).status, 200);
}

}  // namespace
}  // namespace tollgate::http
