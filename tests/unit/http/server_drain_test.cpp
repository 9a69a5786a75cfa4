// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "http/server.hpp"
#include "tests/unit/http/http_socket.hpp"
#include "tests/unit/http/running_server.hpp"
#include "tests/wait_until.hpp"

namespace tollgate::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using tests::get;
using tests::HttpSocket;
using tests::post;
using tests::RunningServer;

ServerLimits brisk() {
  ServerLimits limits;
  limits.drain_idle_max = milliseconds{20};
  limits.handler_max = seconds{20};
  return limits;
}

TEST(ServerDrain, ClosesIdleConnectionsAndIsDone) {
  RunningServer server{brisk()};
  HttpSocket fresh{server.port()};
  HttpSocket used{server.port()};
  ASSERT_EQ(used.ask(get("/seen/x")).status, 200);
  auto drained = server.drain(seconds{5});
  EXPECT_TRUE(fresh.wait_for_close());
  EXPECT_TRUE(used.wait_for_close());
  EXPECT_EQ(drained.wait_for(seconds{4}), std::future_status::ready);
}

TEST(ServerDrain, AnswersRequestsUnderWayAndSaysThatItCloses) {
  RunningServer server{brisk()};
  HttpSocket held{server.port()};
  HttpSocket sending{server.port()};
  held.send(get("/held"));
  ASSERT_TRUE(server.wait_for_held(1));
  sending.send(
      "POST /echo HTTP/1.1\r\nHost: s\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
  ASSERT_EQ(sending.receive().status, 100);
  auto drained = server.drain(seconds{5});
  ASSERT_TRUE(tests::wait_until([&] {
    try {
      HttpSocket late{server.port()};
      return false;
    } catch (const std::runtime_error&) {
      return true;
    }
  }));
  const auto sent = sending.ask("done");
  EXPECT_EQ(sent.body, "done");
  EXPECT_EQ(sent.header("Connection"), "close");
  EXPECT_EQ(drained.wait_for(milliseconds{0}), std::future_status::timeout);
  server.release_held();
  const auto answer = held.receive();
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.header("Connection"), "close");
  EXPECT_TRUE(held.wait_for_close());
  EXPECT_TRUE(sending.wait_for_close());
}

TEST(ServerDrain, AnswersTheNextRequestOfABusyClient) {
  ServerLimits limits = brisk();
  limits.drain_idle_max = seconds{20};
  RunningServer server{limits};
  HttpSocket client{server.port()};
  ASSERT_EQ(client.ask(get("/seen/x")).status, 200);
  auto drained = server.drain(seconds{10});
  const auto answer = client.ask(get("/seen/y"));
  EXPECT_EQ(answer.body, "y");
  EXPECT_TRUE(client.wait_for_close() || answer.header("Connection") == "close");
}

TEST(ServerDrain, EndsInTimeWhateverAHandlerDoes) {
  RunningServer server{brisk()};
  HttpSocket client{server.port()};
  client.send(get("/held"));
  ASSERT_TRUE(server.wait_for_held(1));
  auto drained = server.drain(milliseconds{50});
  EXPECT_EQ(drained.wait_for(seconds{5}), std::future_status::ready);
  EXPECT_EQ(client.receive().status, 0);
}

/// Closed-loop clients under load: every request is answered, until the answer that says `close`.
TEST(ServerDrain, LosesNothingUnderLoad) {
  ServerLimits limits = brisk();
  limits.drain_idle_max = seconds{2};
  RunningServer server{limits};
  std::atomic<int> answered = 0;
  std::atomic<int> lost = 0;
  std::vector<std::thread> clients;
  clients.reserve(8);
  for (int i = 0; i < 8; ++i) {
    clients.emplace_back([&] {
      HttpSocket client{server.port()};
      for (;;) {
        const auto answer = client.ask(post("/echo", std::string(4'600, 'b')));
        if (answer.status != 200) ++lost;
        ++answered;
        if (answer.status != 200 || answer.header("Connection") == "close") return;
      }
    });
  }
  ASSERT_TRUE(tests::wait_until([&] { return answered > 500; }));
  auto drained = server.drain(seconds{10});
  for (auto& client : clients) client.join();
  EXPECT_EQ(drained.wait_for(seconds{10}), std::future_status::ready);
  EXPECT_EQ(lost, 0);
}

TEST(ServerDrain, StartsAndStopsOverAndOver) {
  for (int i = 0; i < 30; ++i) {
    RunningServer server{brisk()};
    HttpSocket client{server.port()};
    HttpSocket silent{server.port()};
    if (i % 3 == 0) client.send("POST /echo HTTP/1.1\r\n");
    if (i % 3 == 1) {
      EXPECT_EQ(client.ask(get("/seen/x")).status, 200);
    }
    if (i % 2 == 0) server.drain(milliseconds{30}).wait();
  }
}

}  // namespace
}  // namespace tollgate::http
