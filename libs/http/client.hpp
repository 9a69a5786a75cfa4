// SPDX-License-Identifier: Apache-2.0
// A small HTTP/1.1 client, for JWKS documents and Stripe's API: http and https, no redirects, no
// proxies, no cookies. The server side is http/server.hpp.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace tollgate::http {

/// Whether the server may have acted on the request is what matters to a caller that must not act
/// twice: before `no_answer` it has not seen it whole.
enum class ClientFault {
  bad_request,  ///< no http(s) URL, or a header with a line end in it
  too_busy,     ///< connections_per_host_max are in use
  cannot_resolve,
  cannot_connect,
  cannot_trust,  ///< TLS: no handshake, or the certificate is not that host's
  no_answer,     ///< the connection broke, or the time was up, after something was sent
  malformed_answer,
  answer_too_large,
};
std::string_view to_string(ClientFault fault);

enum class Repeat {
  if_idempotent,  ///< GET and HEAD are sent again when a kept connection proves dead
  allowed,        ///< this one too, e.g. because it carries an idempotency key
};

struct ClientRequest {
  std::string method = "GET";
  std::string url;                                           ///< absolute
  std::vector<std::pair<std::string, std::string>> headers;  ///< besides Host and Content-Length
  std::string body;
  Repeat repeat = Repeat::if_idempotent;
  std::chrono::milliseconds time_max{30'000};  ///< for all steps together
  std::size_t answer_bytes_max = 1024 * 1024;
};

struct ClientResponse {
  unsigned status = 0;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  /// A kept connection had taken the request before and died: its server may have acted twice.
  bool sent_twice = false;

  /// First header of that name, case-insensitive; empty when absent.
  [[nodiscard]] std::string_view header(std::string_view name) const;
};

struct ClientOptions {
  std::chrono::milliseconds connect_max{5'000};  ///< each of resolving, connecting, TLS
  std::chrono::milliseconds idle_max{20'000};    ///< a connection kept longer is not used again
  std::size_t idle_per_host_max = 8;
  std::size_t connections_per_host_max = 64;
  std::string ca_file;  ///< PEM; empty: the system's certificate authorities
};

/// On the io thread. Requests under way outlive it; their deadlines bound them.
class Client {
 public:
  virtual ~Client() = default;
  virtual boost::asio::awaitable<Result<ClientResponse, ClientFault>> send(
      ClientRequest request) = 0;
};
/// An absolute URL that a request may name.
bool is_http_url(const std::string& url);

/// Throws when `ca_file` cannot be read.
std::unique_ptr<Client> make_client(boost::asio::io_context& io, ClientOptions options);

}  // namespace tollgate::http
