// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/http/http_socket.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cstdlib>
#include <stdexcept>
#include <utility>

namespace tollgate::tests {
namespace {

/// Far beyond what a passing test needs, so that a hang fails instead of lasting.
constexpr timeval patience{10, 0};

}  // namespace

std::string HttpAnswer::header(std::string_view name) const {
  const std::string wanted = "\r\n" + std::string{name} + ": ";
  const auto begin = head.find(wanted);
  if (begin == std::string::npos) return {};
  const auto value = begin + wanted.size();
  return head.substr(value, head.find("\r\n", value) - value);
}

HttpSocket::HttpSocket(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    ::close(socket_);
    throw std::runtime_error{"cannot connect"};
  }
}

HttpSocket::~HttpSocket() {
  if (socket_ >= 0) ::close(socket_);
}

HttpSocket::HttpSocket(HttpSocket&& other) noexcept
    : socket_(std::exchange(other.socket_, -1)), received_(std::move(other.received_)) {}

bool HttpSocket::send(std::string_view bytes) const {
  while (!bytes.empty()) {
    const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

void HttpSocket::end_sending() const { ::shutdown(socket_, SHUT_WR); }

void HttpSocket::shrink_receive_buffer() const {
  const int bytes = 4096;
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
}

HttpAnswer HttpSocket::receive(bool to_head) {
  HttpAnswer answer;
  std::size_t head_end = std::string::npos;
  while ((head_end = received_.find("\r\n\r\n")) == std::string::npos) {
    if (!fill()) return answer;
  }
  answer.head = received_.substr(0, head_end + 2);
  received_.erase(0, head_end + 4);
  const std::string length = answer.header("Content-Length");
  const std::size_t body_bytes = to_head || length.empty() ? 0 : std::stoul(length);
  while (received_.size() < body_bytes) {
    if (!fill()) return answer;
  }
  answer.body = received_.substr(0, body_bytes);
  received_.erase(0, body_bytes);
  answer.status = std::atoi(answer.head.c_str() + std::string_view{"HTTP/1.1 "}.size());
  return answer;
}

HttpAnswer HttpSocket::ask(std::string_view request) {
  send(request);
  return receive();
}

bool HttpSocket::wait_for_close() {
  while (fill()) {
  }
  return errno != EAGAIN;
}

bool HttpSocket::fill() {
  char bytes[16 * 1024];
  errno = 0;
  const auto got = ::recv(socket_, bytes, sizeof bytes, 0);
  if (got <= 0) return false;
  received_.append(bytes, static_cast<std::size_t>(got));
  return true;
}

std::string post(std::string_view path, std::string_view body, std::string_view headers) {
  std::string request = "POST " + std::string{path} + " HTTP/1.1\r\nHost: shop\r\n";
  request += headers;
  request += "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n";
  return request += body;
}

std::string get(std::string_view path, std::string_view headers) {
  return "GET " + std::string{path} + " HTTP/1.1\r\nHost: shop\r\n" + std::string{headers} + "\r\n";
}

}  // namespace tollgate::tests
