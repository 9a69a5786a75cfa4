// SPDX-License-Identifier: Apache-2.0
#include "http/server.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/intrusive/list.hpp>

#include <sys/resource.h>

#include <algorithm>
#include <sstream>

#include "base/end_process.hpp"
#include "base/log.hpp"
#include "http/connection.hpp"
#include "http/server_state.hpp"

namespace tollgate::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using Connections = boost::intrusive::list<Connection, boost::intrusive::constant_time_size<false>>;

constexpr auto use_tuple = asio::as_tuple(asio::use_awaitable);
/// Deadlines are looked at so often, all together: a timer for each operation costs more than the
/// operation.
constexpr std::chrono::milliseconds sweep_every_max{250};
constexpr std::chrono::milliseconds sweep_every_min{5};
/// Without file descriptors accept() fails at once, again and again.
constexpr std::chrono::milliseconds accept_pause{100};
constexpr rlim_t other_files = 256;

std::chrono::milliseconds sweep_interval(const ServerLimits& limits) {
  const auto shortest =
      std::min({limits.request_max, limits.idle_max, limits.handler_max, limits.write_max});
  return std::clamp(shortest / 4, sweep_every_min, sweep_every_max);
}

/// The soft limit is a thousand on many systems; the hard one is what the operator means.
void raise_open_files(std::size_t connections_max) {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_max < connections_max + other_files) {
    log::warning("the limit of open files is below the limit of connections",
                 {{"open_files_max", limit.rlim_max}, {"connections_max", connections_max}});
  }
}

tcp::acceptor listen_at(asio::io_context& io, const tcp::endpoint& endpoint) {
  tcp::acceptor acceptor{io, endpoint.protocol()};
  acceptor.set_option(tcp::acceptor::reuse_address{true});
  const bool is_any_v6 = endpoint.address() == asio::ip::address_v6::any();
  if (is_any_v6) acceptor.set_option(asio::ip::v6_only{false});
  boost::system::error_code failure;
  acceptor.bind(endpoint, failure);
  if (!failure) acceptor.listen(asio::socket_base::max_listen_connections, failure);
  if (failure) {
    std::ostringstream place;
    place << "cannot listen on " << endpoint;
    throw boost::system::system_error{failure, place.str()};
  }
  acceptor.non_blocking(true);
  return acceptor;
}

/// Whether it is this machine that has no IPv6, or has it switched off.
bool is_lack_of_v6(const boost::system::error_code& failure) {
  return failure == asio::error::address_family_not_supported ||
         failure == boost::system::errc::address_not_available;
}

/// `::` takes IPv4 as well, and is `0.0.0.0` where there is no IPv6.
tcp::acceptor listen_on(asio::io_context& io, const Endpoint& listen) {
  const auto address = asio::ip::make_address(listen.host);
  try {
    return listen_at(io, {address, listen.port});
  } catch (const boost::system::system_error& failure) {
    const bool is_any = address == asio::ip::address_v6::any();
    if (!is_any || !is_lack_of_v6(failure.code())) throw;
  }
  return listen_at(io, {asio::ip::address_v4::any(), listen.port});
}

/// What the background coroutines need; they may outlive the Server object by a turn of the loop.
struct Listening {
  Listening(asio::io_context& io, const Endpoint& listen, std::shared_ptr<ServerState> shared)
      : state(std::move(shared)), acceptor(listen_on(io, listen)), timer(io), drained(io) {}

  const std::shared_ptr<ServerState> state;
  tcp::acceptor acceptor;
  asio::steady_timer timer;
  asio::steady_timer drained;  ///< cancelled when the last connection has gone
  Connections connections;
};

bool admit(ServerState& state, AddressKey address) {
  if (state.connections >= state.limits.connections_max) {
    state.metrics.refused("connections");
    return false;
  }
  const auto counted = state.connections_by_address.find(address);
  if (counted == state.connections_by_address.end() ||
      counted->second < state.limits.connections_per_address_max) {
    return true;
  }
  state.metrics.refused("connections_per_address");
  return false;
}

void welcome(Listening& self, tcp::socket socket) {
  boost::system::error_code failure;
  const auto peer = socket.remote_endpoint(failure);
  if (failure) return;
  if (!admit(*self.state, address_key(peer.address()))) return;
  socket.non_blocking(true, failure);
  socket.set_option(tcp::no_delay{true}, failure);
  auto connection = std::make_shared<Connection>(self.state, std::move(socket), peer.address());
  if (self.state->draining) connection->hasten_idle(self.state->limits.drain_idle_max);
  self.connections.push_back(*connection);
  asio::co_spawn(self.state->io, Connection::run(std::move(connection)), end_process_on_failure);
}

asio::awaitable<void> accept_connections(std::shared_ptr<Listening> self) {
  bool failed_before = false;
  while (self->acceptor.is_open()) {
    auto [failure, socket] = co_await self->acceptor.async_accept(use_tuple);
    if (failure == asio::error::operation_aborted) co_return;
    if (!failure) welcome(*self, std::move(socket));
    const bool failed = failure && failure != asio::error::connection_aborted;
    if (failed && !failed_before) {
      log::warning("cannot accept connections", {{"reason", failure.message()}});
    }
    failed_before = failed;
    if (!failed) continue;
    asio::steady_timer pause{self->state->io, accept_pause};
    co_await pause.async_wait(use_tuple);
  }
}

asio::awaitable<void> sweep_deadlines(std::shared_ptr<Listening> self) {
  const auto every = sweep_interval(self->state->limits);
  while (!self->state->abandoned) {
    self->timer.expires_after(every);
    co_await self->timer.async_wait(use_tuple);
    if (self->state->abandoned) co_return;
    const auto now = std::chrono::steady_clock::now();
    for (Connection& connection : self->connections) connection.expire_if_due(now);
  }
}

class TcpServer final : public Server {
 public:
  TcpServer(asio::io_context& io, const Endpoint& listen, std::shared_ptr<ServerState> state)
      : listening_(std::make_shared<Listening>(io, listen, std::move(state))),
        port_(listening_->acceptor.local_endpoint().port()) {
    asio::co_spawn(io, accept_connections(listening_), end_process_on_failure);
    asio::co_spawn(io, sweep_deadlines(listening_), end_process_on_failure);
  }

  ~TcpServer() override {
    listening_->state->abandoned = true;
    boost::system::error_code ignored;
    listening_->acceptor.close(ignored);
    listening_->timer.cancel();
    listening_->state->on_last_gone = nullptr;
    listening_->drained.cancel();
    for (Connection& connection : listening_->connections) connection.close();
  }

  [[nodiscard]] std::uint16_t port() const override { return port_; }

  asio::awaitable<void> drain(std::chrono::milliseconds wait_max) override {
    const auto self = listening_;
    stop_accepting();
    self->state->draining = true;
    for (Connection& connection : self->connections) {
      connection.hasten_idle(self->state->limits.drain_idle_max);
    }
    if (self->connections.empty()) co_return;
    self->drained.expires_after(wait_max);
    self->state->on_last_gone = [raw = self.get()] { raw->drained.cancel(); };
    co_await self->drained.async_wait(use_tuple);
    self->state->on_last_gone = nullptr;
    for (Connection& connection : self->connections) connection.close();
  }

 private:
  /// Connections that the kernel has already completed for us are taken first: closing the
  /// listener would reset them.
  void stop_accepting() {
    boost::system::error_code failure;
    while (!failure) {
      tcp::socket socket = listening_->acceptor.accept(failure);
      if (!failure) welcome(*listening_, std::move(socket));
    }
    listening_->acceptor.close(failure);
  }

  const std::shared_ptr<Listening> listening_;
  const std::uint16_t port_;
};

}  // namespace

std::unique_ptr<Server> make_server(asio::io_context& io, const Endpoint& listen,
                                    ServerLimits limits, Handler& handler, Metrics& metrics,
                                    const std::string& listener) {
  raise_open_files(limits.connections_max);
  return std::make_unique<TcpServer>(
      io, listen, std::make_shared<ServerState>(io, limits, handler, metrics, listener));
}

}  // namespace tollgate::http
