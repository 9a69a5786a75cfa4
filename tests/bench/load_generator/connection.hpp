// SPDX-License-Identifier: Apache-2.0
// One keep-alive HTTP/1.1 connection with at most one request under way, and a pool of them.
#pragma once

#include <netinet/in.h>

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "poller.hpp"

namespace tollgate::bench {

/// `http://<IPv4 address>:<port>/<path>` taken apart.
struct Url {
  sockaddr_in address{};
  std::string host;  ///< with the port, as the Host header wants it
  std::string path;  ///< begins with a slash
};
/// Throws std::runtime_error when the text is none.
Url parse_url(const std::string& text);

struct Answer {
  std::uint64_t ticket = 0;  ///< the one given to send()
  unsigned status = 0;       ///< 0: the connection failed before an answer came
  std::string_view body;     ///< valid during the call
  Instant at;
};
using OnAnswer = std::function<void(const Answer&)>;

class Connection final : public Poller::Watcher {
 public:
  Connection(Poller& poller, const sockaddr_in& address, std::function<void(Answer)> on_answer);
  ~Connection() override;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Connects when necessary (blocking, on loopback), copies what cannot be written at once.
  void send(std::string_view request, std::uint64_t ticket);
  void on_ready(std::uint32_t events) override;

 private:
  bool connect();
  void write_rest();
  void read_answer();
  void end(unsigned status, std::string_view body);

  Poller& poller_;
  sockaddr_in address_;
  std::function<void(Answer)> on_answer_;
  int socket_ = -1;
  bool busy_ = false;
  std::uint64_t ticket_ = 0;
  std::string unsent_;
  std::string received_;
};

/// Connections to one server. `on_answer` may send again.
class ConnectionPool {
 public:
  ConnectionPool(Poller& poller, const sockaddr_in& address, std::size_t count, OnAnswer on_answer);

  [[nodiscard]] bool has_idle() const { return !idle_.empty(); }
  [[nodiscard]] std::size_t busy() const { return connections_.size() - idle_.size(); }
  /// Needs an idle connection. `request` is not used after the call.
  void send(std::string_view request, std::uint64_t ticket);

 private:
  OnAnswer on_answer_;
  std::vector<std::unique_ptr<Connection>> connections_;
  std::deque<Connection*> idle_;  ///< longest idle first, so that all of them are used
};

}  // namespace tollgate::bench
