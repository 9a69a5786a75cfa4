// SPDX-License-Identifier: Apache-2.0
// HTTP/1.1 over TCP with a limit on everything: connections, bodies, headers and times.
// TLS ends at the proxy in front. Routes are http/router.hpp's.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "base/config.hpp"
#include "base/metrics.hpp"
#include "http/router.hpp"

namespace tollgate::http {

struct ServerLimits {
  std::size_t connections_max = 10'000;
  std::size_t connections_per_address_max = 2'000;
  std::size_t header_bytes_max = 8 * 1024;  ///< beyond: 431
  /// Beyond: 413; exactly that is taken. A route that needs more says so in its row.
  std::size_t body_bytes_max = 64 * 1024;
  std::size_t body_bytes_in_flight_max = 64 << 20;  ///< over all connections; beyond: 503
  std::chrono::milliseconds request_max{10'000};    ///< first byte to last; beyond: 408
  std::chrono::milliseconds idle_max{60'000};       ///< between requests
  std::chrono::milliseconds handler_max{60'000};    ///< then the connection is closed
  std::chrono::milliseconds write_max{10'000};
  /// Instead of idle_max while draining: a busy client's next request is still answered, with
  /// `Connection: close`, rather than lost on its way.
  std::chrono::milliseconds drain_idle_max{1'000};
};

/// Framing faults (RFC 9112: smuggling shapes, bad chunks) are answered 400 or 501 and closed.
/// All members are for the io_context's thread.
class Server {
 public:
  virtual ~Server() = default;

  /// The port really bound, which differs from the one asked for when that was 0.
  [[nodiscard]] virtual std::uint16_t port() const = 0;

  /// Stops accepting, closes idle connections, answers requests under way with
  /// `Connection: close` and is done when the last one ended or after `wait_max`. Called once.
  virtual boost::asio::awaitable<void> drain(std::chrono::milliseconds wait_max) = 0;
};

/// Connections beyond a bound are accepted and closed at once: the client learns it now, and the
/// backlog stays free. One IPv6 /64 counts as one address. Raises the process's limit of open files
/// as far as it is allowed to.
///
/// Listens at once; throws boost::system::system_error when the address cannot be bound.
/// `handler` and `metrics` outlive the server; `listener` labels its metrics.
std::unique_ptr<Server> make_server(boost::asio::io_context& io, const Endpoint& listen,
                                    ServerLimits limits, Handler& handler, Metrics& metrics,
                                    const std::string& listener = "api");

}  // namespace tollgate::http
