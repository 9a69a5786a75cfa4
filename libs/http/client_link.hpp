// SPDX-License-Identifier: Apache-2.0
// One connection of the client to one host, plain or TLS, each step with its deadline. Which
// connection serves which request is client.cpp's.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>

#include <chrono>
#include <optional>
#include <string>

#include "http/client.hpp"

namespace tollgate::http {

/// Where a URL leads.
struct ClientTarget {
  std::string host;  ///< a name or an address, without brackets
  std::string port;
  std::string authority;  ///< for the Host header
  std::string resource;   ///< path and query
  bool tls = false;

  /// Connections are shared by requests of the same key.
  [[nodiscard]] std::string key() const { return (tls ? "s:" : "p:") + host + ":" + port; }
};
/// Nothing for anything but an absolute http(s) URL without user information.
std::optional<ClientTarget> parse_target(const std::string& url);

class ClientLink {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;
  using Fault = std::optional<ClientFault>;

  ClientLink(boost::asio::io_context& io, boost::asio::ssl::context& tls);

  /// Resolves, connects and, for TLS, proves that the certificate is the host's.
  boost::asio::awaitable<Fault> open(const ClientTarget& target, std::chrono::milliseconds step_max,
                                     TimePoint deadline);
  /// `request` and `target` are the caller's until the end.
  boost::asio::awaitable<Result<ClientResponse, ClientFault>> exchange(const ClientRequest& request,
                                                                       const ClientTarget& target,
                                                                       TimePoint deadline);

  /// The last answer allows another request.
  [[nodiscard]] bool reusable() const { return reusable_; }
  /// Something of an answer came; a repetition would be a second request, not a second attempt.
  [[nodiscard]] bool answer_begun() const { return answer_begun_; }
  /// The server has neither closed an idle connection nor sent anything unasked.
  [[nodiscard]] bool still_quiet();

  TimePoint idle_since;

 private:
  template <class Stream>
  boost::asio::awaitable<Result<ClientResponse, ClientFault>> exchange_on(
      Stream& stream, const ClientRequest& request, const ClientTarget& target, TimePoint deadline);
  boost::asio::awaitable<Fault> shake_hands(const ClientTarget& target);

  boost::asio::io_context& io_;
  boost::asio::ssl::stream<boost::beast::tcp_stream> stream_;
  boost::beast::flat_buffer buffer_;
  bool tls_ = false;
  bool reusable_ = false;
  bool answer_begun_ = false;
};

}  // namespace tollgate::http
