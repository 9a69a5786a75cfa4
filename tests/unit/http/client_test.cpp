// SPDX-License-Identifier: Apache-2.0
#include "http/client.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/asio/write.hpp>

#include <thread>

#include "tests/unit/http/running_server.hpp"
#include "tests/unit/http/scripted_server.hpp"
#include "tests/unit/http/tls_server.hpp"
#include "tests/wait_until.hpp"

namespace tollgate::http {
namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;
using tests::RunningServer;
using tests::ScriptedServer;
using tests::TlsServer;

const std::string ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

std::string url_of(std::uint16_t port, const std::string& path = "/") {
  return "http://127.0.0.1:" + std::to_string(port) + path;
}

class ClientTest : public testing::Test {
 protected:
  void use(const ClientOptions& options) { client_ = make_client(io_, options); }

  Result<ClientResponse, ClientFault> send(ClientRequest request) {
    auto answer = asio::co_spawn(io_, client_->send(std::move(request)), asio::use_future);
    io_.restart();
    io_.run();
    return answer.get();
  }
  Result<ClientResponse, ClientFault> get(const std::string& url) {
    ClientRequest request;
    request.url = url;
    return send(request);
  }
  /// The status, or the fault's name.
  std::string outcome(const Result<ClientResponse, ClientFault>& answer) {
    return answer ? std::to_string(answer->status) : std::string{to_string(answer.error())};
  }

  asio::io_context io_{1};
  std::unique_ptr<Client> client_ = make_client(io_, ClientOptions{});
};

TEST_F(ClientTest, SendsMethodBodyAndHeadersAndReadsTheAnswer) {
  RunningServer server;
  ClientRequest request;
  request.method = "POST";
  request.url = url_of(server.port(), "/echo?x=1");
  request.headers = {{"X-Request-Id", "from-test"}};
  request.body = std::string(100'000, 'b');
  RunningServer roomy{[] {
    ServerLimits limits;
    limits.body_bytes_max = 200'000;
    return limits;
  }()};
  EXPECT_EQ(outcome(send(request)), "413");
  request.url = url_of(roomy.port(), "/echo?x=1");
  const auto answer = send(request);
  ASSERT_EQ(outcome(answer), "200");
  EXPECT_EQ(answer->body, request.body);
  EXPECT_EQ(answer->header("x-request-ID"), "from-test");
  EXPECT_EQ(answer->header("absent"), "");
}

TEST_F(ClientTest, KeepsItsConnectionForTheNextRequest) {
  RunningServer server;
  for (int i = 0; i < 5; ++i) {
    const auto answer = get(url_of(server.port(), "/seen/" + std::to_string(i)));
    ASSERT_EQ(outcome(answer), "200");
    EXPECT_EQ(answer->body, std::to_string(i));
  }
  EXPECT_NE(server.metrics().find("tollgate_http_connections{listener=\"api\"} 1\n"),
            std::string::npos);
}

TEST_F(ClientTest, UnderstandsHeadAndAnswersWithoutBodies) {
  RunningServer server;
  ClientRequest head;
  head.method = "HEAD";
  head.url = url_of(server.port(), "/seen/abc");
  const auto answer = send(head);
  ASSERT_EQ(outcome(answer), "200");
  EXPECT_EQ(answer->header("Content-Length"), "3");
  EXPECT_EQ(answer->body, "");
  EXPECT_EQ(outcome(get(url_of(server.port(), "/nowhere"))), "404");
  ScriptedServer interim{{"HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 304 Not Modified\r\n\r\n"},
                         ScriptedServer::Then::wait};
  EXPECT_EQ(outcome(get(url_of(interim.port()))), "304");
}

TEST_F(ClientTest, RefusesWhatIsNoUrlOrWouldForgeARequest) {
  for (const std::string url :
       {"", "/path", "shop.example", "ftp://shop.example/", "http://",
        "http://user:password@shop.example/", "http://a b/", "http://h:0/"}) {
    EXPECT_EQ(outcome(get(url)), "bad_request") << url;
    EXPECT_FALSE(is_http_url(url)) << url;
  }
  ScriptedServer server{{ok}, ScriptedServer::Then::wait};
  ClientRequest request;
  request.url = url_of(server.port());
  request.headers = {{"X", "a\r\nY: b"}};
  EXPECT_EQ(outcome(send(request)), "bad_request");
  request.headers = {};
  request.method = "GET / HTTP/1.1\r\nX: y\r\n\r\nGET";
  EXPECT_EQ(outcome(send(request)), "bad_request");
  EXPECT_EQ(server.connections(), 0);
}

TEST_F(ClientTest, NamesHostPortAndTargetAsTheUrlDoes) {
  ScriptedServer server{{ok}, ScriptedServer::Then::wait};
  EXPECT_EQ(outcome(get("http://127.0.0.1:" + std::to_string(server.port()) + "?a=%20b")), "200");
  const std::string request = server.received();
  EXPECT_EQ(request.substr(0, request.find("\r\n")), "GET /?a=%20b HTTP/1.1");
  EXPECT_NE(request.find("Host: 127.0.0.1:" + std::to_string(server.port()) + "\r\n"),
            std::string::npos);
}

TEST_F(ClientTest, TellsWhyThereIsNoAnswer) {
  std::uint16_t closed_port = 0;
  {
    ScriptedServer gone{{ok}, ScriptedServer::Then::close};
    closed_port = gone.port();
  }
  EXPECT_EQ(outcome(get(url_of(closed_port))), "cannot_connect");
  EXPECT_EQ(outcome(get("http://name.invalid/")), "cannot_resolve");
  const struct {
    std::string answer;
    std::string outcome;
  } rows[] = {
      {"", "no_answer"},
      {"HTTP/1.1 200 OK\r\nContent-Le", "no_answer"},
      {"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", "no_answer"},
      {"HTTP/1.1 banana\r\n\r\n", "malformed_answer"},
      {"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", "malformed_answer"},
      {"HTTP/1.1 200 OK\r\nContent-Length: 9999999\r\n\r\n", "answer_too_large"},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", "200"},
      {"HTTP/1.0 200 OK\r\n\r\nuntil the end", "200"},
  };
  for (const auto& row : rows) {
    ScriptedServer server{{row.answer}, ScriptedServer::Then::close};
    EXPECT_EQ(outcome(get(url_of(server.port()))), row.outcome) << row.answer;
  }
}

TEST_F(ClientTest, GivesUpWhenTheTimeIsUp) {
  ScriptedServer silent{{""}, ScriptedServer::Then::wait};
  ClientRequest request;
  request.url = url_of(silent.port());
  request.time_max = milliseconds{50};
  EXPECT_EQ(outcome(send(request)), "no_answer");
}

TEST_F(ClientTest, RepeatsOnADeadKeptConnectionOnlyWhatMayBeRepeated) {
  const std::string kept_alive_then_closed = ok;
  for (const Repeat repeat : {Repeat::if_idempotent, Repeat::allowed}) {
    // The server closes after each answer without saying so; the client may not have seen it yet.
    ScriptedServer server{{kept_alive_then_closed}, ScriptedServer::Then::close};
    ClientRequest request;
    request.method = "POST";
    request.url = url_of(server.port());
    request.repeat = repeat;
    EXPECT_EQ(outcome(send(request)), "200");
    ASSERT_TRUE(tests::wait_until([&] { return server.connections() == 1; }));
    const std::string second = outcome(send(request));
    if (repeat == Repeat::allowed) {
      EXPECT_EQ(second, "200");
    } else {
      EXPECT_TRUE(second == "200" || second == "no_answer") << second;
    }
    EXPECT_LE(server.connections(), 2);
  }
}

TEST_F(ClientTest, DoesNotSayThatNothingWasSentWhereAKeptConnectionTookIt) {
  // Reads a second request on the first connection, and is gone without an answer.
  asio::io_context server_io;
  asio::ip::tcp::acceptor acceptor{server_io, {asio::ip::make_address("127.0.0.1"), 0}};
  const std::uint16_t port = acceptor.local_endpoint().port();
  std::thread server{[&] {
    asio::ip::tcp::socket taken = acceptor.accept();
    acceptor.close();
    std::string heads;
    asio::read_until(taken, asio::dynamic_buffer(heads), "\r\n\r\n");
    asio::write(taken, asio::buffer(ok));
    heads.clear();
    asio::read_until(taken, asio::dynamic_buffer(heads), "\r\n\r\n");
  }};
  ClientRequest request;
  request.method = "POST";
  request.url = url_of(port);
  request.repeat = Repeat::allowed;
  EXPECT_EQ(outcome(send(request)), "200");
  EXPECT_EQ(outcome(send(request)), "no_answer");
  server.join();
}

TEST_F(ClientTest, TellsThatAKeptConnectionHadTakenTheRequestBefore) {
  // Reads a second request on the first connection, hangs up, and answers on the next connection.
  asio::io_context server_io;
  asio::ip::tcp::acceptor acceptor{server_io, {asio::ip::make_address("127.0.0.1"), 0}};
  std::thread server{[&] {
    std::string heads;
    {
      asio::ip::tcp::socket first = acceptor.accept();
      asio::read_until(first, asio::dynamic_buffer(heads), "\r\n\r\n");
      asio::write(first, asio::buffer(ok));
      heads.clear();
      asio::read_until(first, asio::dynamic_buffer(heads), "\r\n\r\n");
    }
    asio::ip::tcp::socket second = acceptor.accept();
    heads.clear();
    asio::read_until(second, asio::dynamic_buffer(heads), "\r\n\r\n");
    asio::write(second, asio::buffer(ok));
  }};
  ClientRequest request;
  request.method = "POST";
  request.url = url_of(acceptor.local_endpoint().port());
  request.repeat = Repeat::allowed;
  const auto once = send(request);
  const auto twice = send(request);
  server.join();
  ASSERT_TRUE(once && twice);
  EXPECT_FALSE(once->sent_twice);
  EXPECT_TRUE(twice->sent_twice);
}

TEST_F(ClientTest, BoundsTheConnectionsToOneHost) {
  ScriptedServer silent{{""}, ScriptedServer::Then::wait};
  ClientOptions options;
  options.connections_per_host_max = 1;
  use(options);
  ClientRequest request;
  request.url = url_of(silent.port());
  request.time_max = milliseconds{100};
  auto first = asio::co_spawn(io_, client_->send(request), asio::use_future);
  auto second = asio::co_spawn(io_, client_->send(request), asio::use_future);
  io_.run();
  EXPECT_EQ(outcome(first.get()), "no_answer");
  EXPECT_EQ(outcome(second.get()), "too_busy");
}

TEST_F(ClientTest, TrustsTheHostThatTheCertificateNames) {
  TlsServer server{"localhost"};
  ClientOptions options;
  options.ca_file = server.ca_file();
  use(options);
  const std::string port = std::to_string(server.port());
  for (int i = 0; i < 2; ++i) {
    const auto answer = get("https://localhost:" + port + "/");
    ASSERT_EQ(outcome(answer), "200");
    EXPECT_EQ(answer->body, "secure");
    EXPECT_EQ(server.server_name_asked(), "localhost");
  }
}

TEST_F(ClientTest, TrustsNoOtherHostAndNoUnknownAuthority) {
  TlsServer by_name{"shop.example"};
  ClientOptions options;
  options.ca_file = by_name.ca_file();
  use(options);
  EXPECT_EQ(outcome(get("https://localhost:" + std::to_string(by_name.port()) + "/")),
            "cannot_trust");
  TlsServer by_address{"127.0.0.1"};
  const std::string url = "https://127.0.0.1:" + std::to_string(by_address.port()) + "/";
  EXPECT_EQ(outcome(get(url)), "cannot_trust");
  use(ClientOptions{});
  EXPECT_EQ(outcome(get(url)), "cannot_trust");
  options.ca_file = by_address.ca_file();
  use(options);
  EXPECT_EQ(outcome(get(url)), "200");
  EXPECT_EQ(by_address.server_name_asked(), "");
}

TEST_F(ClientTest, DoesNotSpeakPlainToATlsServerNorTlsToAPlainOne) {
  TlsServer tls{"localhost"};
  const std::string outcome_plain = outcome(get(url_of(tls.port())));
  EXPECT_TRUE(outcome_plain == "no_answer" || outcome_plain == "malformed_answer") << outcome_plain;
  RunningServer plain;
  EXPECT_EQ(outcome(get("https://127.0.0.1:" + std::to_string(plain.port()) + "/")),
            "cannot_trust");
}

}  // namespace
}  // namespace tollgate::http
