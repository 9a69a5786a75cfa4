// SPDX-License-Identifier: Apache-2.0
#include "http/client_link.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/url/parse.hpp>

#include <openssl/ssl.h>

#include <algorithm>

namespace tollgate::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;
using Error = boost::system::error_code;
using Exchanged = Result<ClientResponse, ClientFault>;

constexpr auto use_tuple = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t answer_header_bytes_max = 64 * 1024;
/// 1xx answers before the one that counts (RFC 9110 section 15.2).
constexpr int interim_answers_max = 8;

/// getaddrinfo cannot be interrupted: it finishes on Asio's thread after we stopped waiting.
struct Lookup {
  explicit Lookup(asio::io_context& io) : resolver(io), done(io) {}
  tcp::resolver resolver;
  asio::steady_timer done;
  std::vector<tcp::endpoint> endpoints;
};

asio::awaitable<std::vector<tcp::endpoint>> resolve(asio::io_context& io, std::string host,
                                                    std::string port,
                                                    ClientLink::TimePoint deadline) {
  Error not_an_address;
  const auto address = asio::ip::make_address(host, not_an_address);
  if (!not_an_address) {
    co_return std::vector<tcp::endpoint>{{address, static_cast<std::uint16_t>(std::stoul(port))}};
  }
  const auto lookup = std::make_shared<Lookup>(io);
  lookup->done.expires_at(deadline);
  lookup->resolver.async_resolve(
      host, port, [lookup](const Error& failure, const tcp::resolver::results_type& results) {
        if (!failure) lookup->endpoints.assign(results.begin(), results.end());
        lookup->done.cancel();
      });
  co_await lookup->done.async_wait(use_tuple);
  co_return lookup->endpoints;
}

using BeastRequest = beast::http::request<beast::http::string_body>;

BeastRequest beast_request(const ClientRequest& request, const ClientTarget& target) {
  BeastRequest message;
  message.version(11);
  message.method_string(request.method);
  message.target(target.resource);
  message.set(beast::http::field::host, target.authority);
  for (const auto& [name, value] : request.headers) message.insert(name, value);
  message.body() = request.body;
  const bool may_lack_length = request.method == "GET" || request.method == "HEAD";
  if (!request.body.empty() || !may_lack_length) message.content_length(request.body.size());
  return message;
}

using AnswerParser = beast::http::response_parser<beast::http::string_body>;

ClientResponse client_response(AnswerParser& parser) {
  auto message = parser.release();
  ClientResponse response;
  response.status = message.result_int();
  response.body = std::move(message.body());
  for (const auto& field : message) {
    response.headers.emplace_back(field.name_string(), field.value());
  }
  return response;
}

ClientFault fault_of(const Error& failure) {
  namespace http = beast::http;
  if (failure == http::error::body_limit || failure == http::error::header_limit) {
    return ClientFault::answer_too_large;
  }
  if (failure == http::error::end_of_stream || failure == http::error::partial_message) {
    return ClientFault::no_answer;
  }
  const bool by_parser =
      failure.category() == http::make_error_code(http::error::bad_value).category();
  return by_parser ? ClientFault::malformed_answer : ClientFault::no_answer;
}

}  // namespace

std::optional<ClientTarget> parse_target(const std::string& url) {
  const auto parsed = boost::urls::parse_uri(url);
  if (!parsed || parsed->has_userinfo() || parsed->encoded_host().empty()) return std::nullopt;
  ClientTarget target;
  const std::string_view scheme{parsed->scheme().data(), parsed->scheme().size()};
  if (scheme != "http" && scheme != "https") return std::nullopt;
  target.tls = scheme == "https";
  target.host = parsed->host_address();
  if (parsed->has_port() && parsed->port_number() == 0) return std::nullopt;
  target.port = std::to_string(parsed->has_port() ? parsed->port_number() : target.tls ? 443 : 80);
  target.authority = std::string{parsed->encoded_host_and_port()};
  target.resource = std::string{parsed->encoded_target()};
  if (!target.resource.starts_with('/')) target.resource.insert(0, "/");
  return target;
}

ClientLink::ClientLink(asio::io_context& io, asio::ssl::context& tls) : io_(io), stream_(io, tls) {}

asio::awaitable<ClientLink::Fault> ClientLink::open(const ClientTarget& target,
                                                    std::chrono::milliseconds step_max,
                                                    TimePoint deadline) {
  const auto step_end = [step_max, deadline] {
    return std::min(deadline, std::chrono::steady_clock::now() + step_max);
  };
  const auto endpoints = co_await resolve(io_, target.host, target.port, step_end());
  if (endpoints.empty()) co_return ClientFault::cannot_resolve;

  auto& socket = stream_.next_layer();
  socket.expires_at(step_end());
  const auto connected = co_await socket.async_connect(endpoints, use_tuple);
  if (std::get<0>(connected)) co_return ClientFault::cannot_connect;
  Error ignored;
  socket.socket().set_option(tcp::no_delay{true}, ignored);

  tls_ = target.tls;
  if (!tls_) co_return std::nullopt;
  socket.expires_at(step_end());
  co_return co_await shake_hands(target);
}

asio::awaitable<ClientLink::Fault> ClientLink::shake_hands(const ClientTarget& target) {
  Error not_an_address;
  asio::ip::make_address(target.host, not_an_address);
  // RFC 6066 section 3: a server name is a name, never an address.
  if (not_an_address) {
    std::string name = target.host;
    SSL_ctrl(stream_.native_handle(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
             name.data());
  }
  stream_.set_verify_callback(asio::ssl::host_name_verification{target.host});
  const auto [failure] =
      co_await stream_.async_handshake(asio::ssl::stream_base::client, use_tuple);
  if (failure == beast::error::timeout) co_return ClientFault::cannot_connect;
  if (failure) co_return ClientFault::cannot_trust;
  co_return std::nullopt;
}

asio::awaitable<Exchanged> ClientLink::exchange(const ClientRequest& request,
                                                const ClientTarget& target, TimePoint deadline) {
  return tls_ ? exchange_on(stream_, request, target, deadline)
              : exchange_on(stream_.next_layer(), request, target, deadline);
}

template <class Stream>
asio::awaitable<Exchanged> ClientLink::exchange_on(Stream& stream, const ClientRequest& request,
                                                   const ClientTarget& target, TimePoint deadline) {
  reusable_ = answer_begun_ = false;
  stream_.next_layer().expires_at(deadline);
  const BeastRequest message = beast_request(request, target);
  const auto written = co_await beast::http::async_write(stream, message, use_tuple);
  // A server may answer early, e.g. 413, and stop reading: its answer is looked for all the same.
  const Error write_failure = std::get<0>(written);

  for (int interim = 0; interim < interim_answers_max; ++interim) {
    AnswerParser parser;
    parser.header_limit(answer_header_bytes_max);
    parser.body_limit(request.answer_bytes_max);
    parser.skip(request.method == "HEAD");
    const auto read = co_await beast::http::async_read(stream, buffer_, parser, use_tuple);
    answer_begun_ = answer_begun_ || parser.got_some();
    if (const Error failure = std::get<0>(read); failure) co_return fault_of(failure);
    if (parser.get().result_int() < 200) continue;
    reusable_ = !write_failure && parser.keep_alive() && buffer_.size() == 0;
    co_return client_response(parser);
  }
  co_return ClientFault::malformed_answer;
}

bool ClientLink::still_quiet() {
  auto& socket = stream_.next_layer().socket();
  Error failure;
  socket.non_blocking(true, failure);
  char byte = 0;
  socket.receive(asio::buffer(&byte, 1), tcp::socket::message_peek, failure);
  return failure == asio::error::would_block;
}

}  // namespace tollgate::http
