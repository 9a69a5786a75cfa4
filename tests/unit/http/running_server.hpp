// SPDX-License-Identifier: Apache-2.0
// A real server on a free port of loopback, its loop on a thread of its own, with routes that show
// what a handler sees. For one step without sockets test the class itself.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <thread>

#include "base/metrics.hpp"
#include "http/server.hpp"

namespace tollgate::tests {

/// POST /echo gives the body back; GET /held answers when release() is called; GET /broken throws;
/// GET /large?bytes= answers so many; GET /seen/{value} answers the decoded value.
class EchoApi {
 public:
  explicit EchoApi(boost::asio::io_context& io);

  boost::asio::awaitable<http::Response> echo(http::Request& request);
  boost::asio::awaitable<http::Response> held(http::Request& request);
  boost::asio::awaitable<http::Response> broken(http::Request& request);
  boost::asio::awaitable<http::Response> large(http::Request& request);
  boost::asio::awaitable<http::Response> seen(http::Request& request);

  http::Handler& handler() { return router_; }
  void release();  ///< on the loop's thread

  std::atomic<int> held_count = 0;

 private:
  boost::asio::steady_timer gate_;
  http::Router router_;
};

class RunningServer {
 public:
  explicit RunningServer(http::ServerLimits limits = {});
  ~RunningServer();
  RunningServer(const RunningServer&) = delete;
  RunningServer& operator=(const RunningServer&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }
  /// Done when the server is drained.
  std::future<void> drain(std::chrono::milliseconds wait_max);
  void release_held();
  /// True as soon as that many requests wait in /held; false when they do not within seconds.
  [[nodiscard]] bool wait_for_held(int count) const;
  /// True as soon as the Prometheus text contains that; false when it does not within seconds.
  [[nodiscard]] bool wait_for_metric(const std::string& line) const;
  [[nodiscard]] std::string metrics() const { return metrics_.render(); }

 private:
  boost::asio::io_context io_{1};
  Metrics metrics_;
  EchoApi api_{io_};
  std::unique_ptr<http::Server> server_;
  std::uint16_t port_ = 0;
  std::thread loop_;
};

}  // namespace tollgate::tests
