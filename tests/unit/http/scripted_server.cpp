// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/http/scripted_server.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>

#include <atomic>
#include <mutex>
#include <thread>

namespace tollgate::tests {

namespace asio = boost::asio;
using asio::ip::tcp;

struct ScriptedServer::Running {
  Running(std::vector<std::string> script, Then what)
      : answers(std::move(script)),
        then(what),
        acceptor(io, tcp::endpoint{asio::ip::address_v4::loopback(), 0}),
        serving([this] { serve(); }) {}

  ~Running() {
    ending = true;
    boost::system::error_code ignored;
    tcp::socket{io}.connect(acceptor.local_endpoint(), ignored);
    serving.join();
  }

  void serve() {
    std::vector<tcp::socket> waiting;
    for (;;) {
      tcp::socket socket = acceptor.accept();
      if (ending) return;
      const auto turn = static_cast<std::size_t>(connections++);
      boost::system::error_code failure;
      std::string request;
      asio::read_until(socket, asio::dynamic_buffer(request), "\r\n\r\n", failure);
      {
        const std::lock_guard lock{mutex};
        received += request;
      }
      asio::write(socket, asio::buffer(answers[std::min(turn, answers.size() - 1)]), failure);
      if (then == Then::wait) waiting.push_back(std::move(socket));
    }
  }

  const std::vector<std::string> answers;
  const Then then;
  asio::io_context io;
  tcp::acceptor acceptor;
  std::atomic<bool> ending = false;
  std::atomic<int> connections = 0;
  std::mutex mutex;
  std::string received;
  std::thread serving;
};

ScriptedServer::ScriptedServer(std::vector<std::string> answers, Then then)
    : running_(std::make_unique<Running>(std::move(answers), then)) {}
ScriptedServer::~ScriptedServer() = default;

std::uint16_t ScriptedServer::port() const { return running_->acceptor.local_endpoint().port(); }
int ScriptedServer::connections() const { return running_->connections; }

std::string ScriptedServer::received() const {
  const std::lock_guard lock{running_->mutex};
  return running_->received;
}

}  // namespace tollgate::tests
