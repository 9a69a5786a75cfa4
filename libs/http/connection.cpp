// SPDX-License-Identifier: Apache-2.0
#include "http/connection.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>

#include "base/log.hpp"
#include "http/response_text.hpp"

namespace tollgate::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

constexpr auto use_tuple = asio::as_tuple(asio::use_awaitable);
/// After the last answer the client's remaining bytes are received and dropped, lest a reset
/// destroys the answer on its way (RFC 9112 section 9.6); so many, so long.
constexpr std::size_t linger_bytes_max = 4 * 1024 * 1024;
constexpr std::chrono::milliseconds linger_max{2'000};

constexpr RequestFault no_reader{ErrorCode::unavailable, "bodies_in_flight",
                                 "Too many requests are being received; please send again."};
constexpr RequestFault too_slow{ErrorCode::request_timeout, "request_time",
                                "The request was not sent in time."};

}  // namespace

Connection::Connection(std::shared_ptr<ServerState> state, tcp::socket socket,
                       const asio::ip::address& peer)
    : state_(std::move(state)),
      socket_(std::move(socket)),
      address_(address_key(peer)),
      remote_address_(plain_address(peer).to_string()) {
  ++state_->connections;
  ++state_->connections_by_address[address_];
  state_->metrics.connections.Increment();
  enter(Phase::idle, state_->limits.idle_max);
}

Connection::~Connection() {
  if (reader_) state_->readers.give_back(std::move(reader_));
  --state_->connections;
  const auto counted = state_->connections_by_address.find(address_);
  if (--counted->second == 0) state_->connections_by_address.erase(counted);
  if (!state_->abandoned) state_->metrics.connections.Decrement();
  if (state_->connections == 0 && state_->on_last_gone) state_->on_last_gone();
}

asio::awaitable<void> Connection::run(std::shared_ptr<Connection> self) {
  try {
    while (co_await self->serve_one()) {
    }
  } catch (const std::exception& failure) {
    log::write_bounded(log::Level::error, {}, "connection failed", {{"reason", failure.what()}});
  }
  self->close();
}

/// False when the connection is to be closed.
asio::awaitable<bool> Connection::serve_one() {
  const Received what = co_await next_request();
  if (what == Received::end) co_return false;
  bool keep_alive = what == Received::request && reader_->keep_alive();
  const bool client_ends = what == Received::request && !keep_alive && !reader_->has_more();
  Response response;
  if (what == Received::request) response = co_await handle();
  if (what == Received::fault) response = fault_response();
  if (!socket_.is_open() || state_->abandoned) co_return false;
  if (response.status == 0) {
    boost::system::error_code gone;  // The peer may have reset it first.
    socket_.set_option(asio::socket_base::linger{true, 0}, gone);
    co_return false;
  }
  keep_alive = keep_alive && !response.close && !state_->draining;
  if (!co_await send(std::move(response), keep_alive)) co_return false;
  if (!keep_alive && !client_ends) co_await linger();
  co_return keep_alive;
}

asio::awaitable<Connection::Received> Connection::next_request() {
  Received what = Received::nothing_yet;
  if (reader_ && reader_->has_more()) {
    begin_request();
    what = received(reader_->next());
    if (what == Received::nothing_yet && !invite_body()) co_return Received::end;
  } else {
    if (reader_) state_->readers.give_back(std::move(reader_));
    enter(Phase::idle, state_->limits.idle_max);
  }
  while (what == Received::nothing_yet) {
    if (expired_ || state_->abandoned) {
      if (phase_ == Phase::idle || state_->abandoned) co_return Received::end;
      fault_ = &too_slow;
      co_return Received::fault;
    }
    co_await socket_.async_wait(tcp::socket::wait_read, use_tuple);
    if (!socket_.is_open()) co_return Received::end;
    what = receive();
  }
  co_return what;
}

/// Takes what the socket holds, without waiting.
Connection::Received Connection::receive() {
  if (!reader_ && !take_reader()) return turn_away();
  for (;;) {
    const auto space = reader_->space();
    boost::system::error_code failure;
    const std::size_t bytes = socket_.read_some(asio::buffer(space.data(), space.size()), failure);
    if (failure == asio::error::would_block) break;
    if (failure) return Received::end;
    if (phase_ == Phase::idle) begin_request();
    const Received what = received(reader_->advance(bytes));
    if (what != Received::nothing_yet) return what;
    if (bytes < space.size()) break;  // The socket is empty; asking it again would say no more.
  }
  if (phase_ == Phase::idle) {
    state_->readers.give_back(std::move(reader_));
    return Received::nothing_yet;
  }
  return invite_body() ? Received::nothing_yet : Received::end;
}

/// There is no memory for a request: only a client that has really begun one gets an answer.
Connection::Received Connection::turn_away() {
  char first = 0;
  boost::system::error_code failure;
  socket_.receive(asio::buffer(&first, 1), tcp::socket::message_peek, failure);
  if (failure == asio::error::would_block) return Received::nothing_yet;
  if (failure) return Received::end;
  begin_request();  // Its time counts from here: the connection may have been idle, or never asked.
  fault_ = &no_reader;
  return Received::fault;
}

/// Tells a client that waits for it to go on (RFC 9110 section 10.1.1). False when it cannot be
/// told.
bool Connection::invite_body() {
  constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
  if (!reader_->take_expectation()) return true;
  boost::system::error_code failure;
  return socket_.write_some(asio::buffer(go_on), failure) == go_on.size();
}

bool Connection::take_reader() {
  reader_ = state_->readers.take();
  if (!reader_) return false;
  reader_->request().remote_address = remote_address_;
  return true;
}

Connection::Received Connection::received(RequestReader::Step step) {
  switch (step) {
    case RequestReader::Step::need_bytes: return Received::nothing_yet;
    case RequestReader::Step::complete: return Received::request;
    case RequestReader::Step::fault: break;
  }
  fault_ = &reader_->fault();
  return Received::fault;
}

Response Connection::fault_response() {
  state_->metrics.refused(fault_->reason);
  const Problem problem{.error = fault_->error, .code = {}, .detail = std::string{fault_->detail}};
  const Request nobody;
  return problem_response(problem, reader_ ? reader_->request().request_id() : nobody.request_id());
}

asio::awaitable<Response> Connection::handle() {
  enter(Phase::handling, state_->limits.handler_max);
  state_->metrics.in_flight.Increment();
  Response response;
  try {
    response = co_await state_->handler.handle(reader_->request());
  } catch (const std::exception& failure) {
    response = failure_response(failure.what());
  } catch (...) {
    response = failure_response("not a std::exception");
  }
  if (!state_->abandoned) state_->metrics.in_flight.Decrement();
  co_return response;
}

/// The one edge for what handlers throw: logged once, and the client learns no more than the id.
Response Connection::failure_response(const char* what) {
  const Request& request = reader_->request();
  log::write_bounded(log::Level::error, {}, "handler failed",
                     {{"method", request.method},
                      {"path", request.path},
                      {"request_id", request.request_id()},
                      {"reason", what}});
  const Problem problem{.error = ErrorCode::internal,
                        .code = {},
                        .detail = "The service failed; the request id finds out why."};
  return problem_response(problem, request.request_id());
}

asio::awaitable<bool> Connection::send(Response response, bool keep_alive) {
  AnswerTraits traits;
  traits.keep_alive = keep_alive;
  traits.date = state_->date.text();
  if (reader_) {
    traits.to_http_1_0 = reader_->is_http_1_0();
    traits.to_head = reader_->request().method == "HEAD";
    traits.request_id = reader_->request().known_request_id();
  }
  const std::string_view head = head_text(response, traits, state_->answer_scratch);
  const std::string_view body = body_text(response, traits);
  const std::array<asio::const_buffer, 2> both{asio::buffer(head), asio::buffer(body)};
  boost::system::error_code failure;
  const std::size_t sent = body.empty() ? socket_.write_some(asio::buffer(head), failure)
                                        : socket_.write_some(both, failure);
  if (failure && failure != asio::error::would_block) co_return false;
  if (sent < head.size() + body.size()) {
    std::string rest{head.substr(std::min(sent, head.size()))};
    rest += body.substr(std::max(sent, head.size()) - head.size());
    if (!co_await send_rest(std::move(rest))) co_return false;
  }
  const auto now = std::chrono::steady_clock::now();
  state_->metrics.answered(response.status, now - request_begin_);
  co_return true;
}

asio::awaitable<bool> Connection::send_rest(std::string rest) {
  enter(Phase::writing, state_->limits.write_max);
  for (std::size_t sent = 0; sent < rest.size();) {
    co_await socket_.async_wait(tcp::socket::wait_write, use_tuple);
    if (!socket_.is_open() || state_->abandoned) co_return false;
    boost::system::error_code failure;
    sent += socket_.write_some(asio::buffer(std::string_view{rest}.substr(sent)), failure);
    if (failure && failure != asio::error::would_block) co_return false;
  }
  co_return true;
}

asio::awaitable<void> Connection::linger() {
  if (reader_) state_->readers.give_back(std::move(reader_));
  enter(Phase::lingering, linger_max);
  boost::system::error_code failure;
  socket_.shutdown(tcp::socket::shutdown_send, failure);
  for (std::size_t dropped = 0; !failure && dropped < linger_bytes_max;) {
    const std::size_t bytes = socket_.read_some(asio::buffer(state_->bin), failure);
    dropped += bytes;
    if (failure != asio::error::would_block) continue;
    failure.clear();
    co_await socket_.async_wait(tcp::socket::wait_read, use_tuple);
    if (!socket_.is_open() || state_->abandoned) co_return;
  }
}

void Connection::enter(Phase phase, std::chrono::milliseconds time_max) {
  phase_ = phase;
  phase_begin_ = std::chrono::steady_clock::now();
  deadline_ = phase_begin_ + time_max;
  expired_ = false;
}

void Connection::begin_request() {
  enter(Phase::receiving, state_->limits.request_max);
  request_begin_ = phase_begin_;
}

void Connection::expire_if_due(TimePoint now) {
  if (now < deadline_ || expired_) return;
  expired_ = true;
  boost::system::error_code ignored;
  switch (phase_) {
    case Phase::idle:
    case Phase::receiving:
      // The coroutine wakes, looks once more for bytes that just came, and answers or ends.
      socket_.cancel(ignored);
      break;
    case Phase::handling:
      // The handler holds views into our buffer, so it ends by itself; its answer is dropped.
      state_->metrics.refused("handler_time");
      close();
      break;
    case Phase::writing:
      state_->metrics.refused("write_time");
      close();
      break;
    case Phase::lingering: close(); break;
  }
}

void Connection::hasten_idle(std::chrono::milliseconds idle_max) {
  if (phase_ == Phase::idle) deadline_ = std::min(deadline_, phase_begin_ + idle_max);
}

void Connection::close() {
  boost::system::error_code ignored;
  socket_.close(ignored);
}

}  // namespace tollgate::http
