// SPDX-License-Identifier: Apache-2.0
#include "connection.hpp"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <optional>
#include <stdexcept>
#include <utility>

namespace tollgate::bench {
namespace {

constexpr std::string_view end_of_headers = "\r\n\r\n";

/// Our services answer with Content-Length in this spelling, or without a body.
std::optional<std::size_t> body_bytes(std::string_view headers) {
  constexpr std::string_view name = "\r\nContent-Length: ";
  const auto at = headers.find(name);
  if (at == headers.npos) return std::nullopt;
  std::size_t bytes = 0;
  const char* digits = headers.data() + at + name.size();
  std::from_chars(digits, headers.data() + headers.size(), bytes);
  return bytes;
}

unsigned status_of(std::string_view answer) {
  unsigned status = 0;
  constexpr std::size_t status_at = sizeof "HTTP/1.1 " - 1;
  std::from_chars(answer.data() + status_at, answer.data() + answer.size(), status);
  return status;
}

}  // namespace

Url parse_url(const std::string& text) {
  constexpr std::string_view scheme = "http://";
  const auto slash = text.find('/', scheme.size());
  const auto colon = text.find(':', scheme.size());
  if (!text.starts_with(scheme) || colon == text.npos || colon > slash) {
    throw std::runtime_error(text + " is not http://<IPv4 address>:<port>/<path>");
  }
  Url url;
  url.host = text.substr(scheme.size(), slash - scheme.size());
  url.path = slash == text.npos ? "/" : text.substr(slash);
  url.address.sin_family = AF_INET;
  url.address.sin_port = htons(static_cast<std::uint16_t>(std::stoi(text.substr(colon + 1))));
  const std::string address = text.substr(scheme.size(), colon - scheme.size());
  if (inet_pton(AF_INET, address.c_str(), &url.address.sin_addr) != 1) {
    throw std::runtime_error(address + " is no IPv4 address");
  }
  return url;
}

Connection::Connection(Poller& poller, const sockaddr_in& address,
                       std::function<void(Answer)> on_answer)
    : poller_(poller), address_(address), on_answer_(std::move(on_answer)) {}

Connection::~Connection() {
  if (socket_ >= 0) close(socket_);
}

bool Connection::connect() {
  socket_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const auto* address = reinterpret_cast<const sockaddr*>(&address_);
  if (socket_ < 0 || ::connect(socket_, address, sizeof address_) != 0) {
    if (socket_ >= 0) close(socket_);
    socket_ = -1;
    return false;
  }
  const int on = 1;
  setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  poller_.watch(socket_, *this);
  return true;
}

void Connection::send(std::string_view request, std::uint64_t ticket) {
  busy_ = true;
  ticket_ = ticket;
  received_.clear();
  if (socket_ < 0 && !connect()) return end(0, {});
  const auto sent = ::send(socket_, request.data(), request.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  const std::size_t written = sent > 0 ? static_cast<std::size_t>(sent) : 0;
  if (written == request.size()) return;
  unsent_ = request.substr(written);
  poller_.change(socket_, *this, Poller::Interest::read_and_write);
}

void Connection::on_ready(std::uint32_t events) {
  if ((events & EPOLLOUT) != 0) write_rest();
  if ((events & ~static_cast<std::uint32_t>(EPOLLOUT)) != 0) read_answer();
}

void Connection::write_rest() {
  const auto sent = ::send(socket_, unsent_.data(), unsent_.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  if (sent > 0) unsent_.erase(0, static_cast<std::size_t>(sent));
  if (unsent_.empty()) poller_.change(socket_, *this, Poller::Interest::read);
}

void Connection::read_answer() {
  std::array<char, 16 * 1024> buffer;
  const auto count = recv(socket_, buffer.data(), buffer.size(), MSG_DONTWAIT);
  if (count < 0 && errno == EAGAIN) return;
  if (count <= 0) {
    close(socket_);
    socket_ = -1;
    return end(0, {});
  }
  received_.append(buffer.data(), static_cast<std::size_t>(count));
  const auto headers_end = received_.find(end_of_headers);
  if (headers_end == received_.npos) return;
  const std::string_view answer = received_;
  const auto headers = answer.substr(0, headers_end);
  const auto body = answer.substr(headers_end + end_of_headers.size());
  if (body.size() >= body_bytes(headers).value_or(0)) end(status_of(answer), body);
}

void Connection::end(unsigned status, std::string_view body) {
  if (!std::exchange(busy_, false)) return;  // the server closed an idle connection
  unsent_.clear();
  on_answer_({ticket_, status, body, std::chrono::steady_clock::now()});
}

ConnectionPool::ConnectionPool(Poller& poller, const sockaddr_in& address, std::size_t count,
                               OnAnswer on_answer)
    : on_answer_(std::move(on_answer)) {
  for (std::size_t i = 0; i < count; ++i) {
    auto give_back = [this, i](const Answer& answer) {
      idle_.push_back(connections_[i].get());
      on_answer_(answer);
    };
    connections_.push_back(std::make_unique<Connection>(poller, address, give_back));
    idle_.push_back(connections_.back().get());
  }
}

void ConnectionPool::send(std::string_view request, std::uint64_t ticket) {
  Connection* connection = idle_.front();
  idle_.pop_front();
  connection->send(request, ticket);
}

}  // namespace tollgate::bench
