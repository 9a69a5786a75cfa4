// SPDX-License-Identifier: Apache-2.0
// One connection: receive, hand over, answer, again. Bytes become requests in request_reader.hpp;
// accepting, deadlines and drain are server.cpp's.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/intrusive/list.hpp>

#include <chrono>
#include <memory>
#include <string>

#include "http/request_reader.hpp"
#include "http/server_state.hpp"

namespace tollgate::http {

/// Owned by its coroutine run(), which is cut short by expire() or close(). On the io thread.
class Connection : public std::enable_shared_from_this<Connection>,
                   public boost::intrusive::list_base_hook<
                       boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  Connection(std::shared_ptr<ServerState> state, boost::asio::ip::tcp::socket socket,
             const boost::asio::ip::address& peer);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// `self` keeps the connection alive until its coroutine ends.
  static boost::asio::awaitable<void> run(std::shared_ptr<Connection> self);

  /// Ends what has lasted too long, each phase in its own way.
  void expire_if_due(TimePoint now);
  /// Idle connections end after `idle_max` from the start of their idleness instead.
  void hasten_idle(std::chrono::milliseconds idle_max);
  void close();

 private:
  enum class Phase { idle, receiving, handling, writing, lingering };
  enum class Received { nothing_yet, request, fault, end };

  void enter(Phase phase, std::chrono::milliseconds time_max);
  void begin_request();
  Received receive();
  Received turn_away();
  bool invite_body();
  bool take_reader();
  Received received(RequestReader::Step step);
  Response fault_response();
  Response failure_response(const char* what);

  boost::asio::awaitable<bool> serve_one();
  boost::asio::awaitable<Received> next_request();
  boost::asio::awaitable<Response> handle();
  boost::asio::awaitable<bool> send(Response response, bool keep_alive);
  boost::asio::awaitable<bool> send_rest(std::string rest);
  boost::asio::awaitable<void> linger();

  const std::shared_ptr<ServerState> state_;
  boost::asio::ip::tcp::socket socket_;
  const AddressKey address_;
  const std::string remote_address_;
  Phase phase_ = Phase::idle;
  TimePoint phase_begin_;
  TimePoint request_begin_ = TimePoint::max();
  TimePoint deadline_;
  bool expired_ = false;
  std::unique_ptr<RequestReader> reader_;  ///< none while idle
  const RequestFault* fault_ = nullptr;
};

}  // namespace tollgate::http
