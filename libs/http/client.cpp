// SPDX-License-Identifier: Apache-2.0
#include "http/client.hpp"

#include <openssl/ssl.h>

#include <algorithm>
#include <map>

#include "http/client_link.hpp"

namespace tollgate::http {
namespace {

namespace asio = boost::asio;
using Sent = Result<ClientResponse, ClientFault>;
using TimePoint = ClientLink::TimePoint;

char lower(char letter) {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + ('a' - 'A')) : letter;
}

bool is_sendable(const ClientRequest& request) {
  constexpr std::string_view forbidden{"\r\n\0", 3};
  const auto clean = [&](std::string_view text) {
    return text.find_first_of(forbidden) == std::string_view::npos;
  };
  const bool clean_method = !request.method.empty() && clean(request.method) &&
                            request.method.find(' ') == std::string::npos;
  return clean_method &&
         std::all_of(request.headers.begin(), request.headers.end(), [&](const auto& header) {
           return clean(header.first) && clean(header.second);
         });
}

/// The connections of one client. Shared with the requests under way, so that they outlive it.
struct Pool {
  struct Host {
    std::vector<std::unique_ptr<ClientLink>> idle;
    std::size_t in_use = 0;
  };

  Pool(asio::io_context& loop, ClientOptions settings)
      : io(loop), options(std::move(settings)), tls(asio::ssl::context::tls_client) {
    SSL_CTX_set_min_proto_version(tls.native_handle(), TLS1_2_VERSION);
    tls.set_verify_mode(asio::ssl::verify_peer);
    if (options.ca_file.empty()) {
      tls.set_default_verify_paths();
    } else {
      tls.load_verify_file(options.ca_file);
    }
  }

  asio::io_context& io;
  const ClientOptions options;
  asio::ssl::context tls;
  std::map<std::string, Host> hosts;
};

/// A connection that one request uses. Counted as long as it exists, whatever ends the coroutine.
class Lease {
 public:
  Lease(Pool& pool, Pool::Host& host) : pool_(pool), host_(host) { ++host_.in_use; }
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;
  ~Lease() {
    --host_.in_use;
    if (link && link->reusable() && host_.idle.size() < pool_.options.idle_per_host_max) {
      link->idle_since = std::chrono::steady_clock::now();
      host_.idle.push_back(std::move(link));
    }
  }

  /// Uses a kept connection, the youngest that is still good.
  bool take_idle() {
    const auto oldest = std::chrono::steady_clock::now() - pool_.options.idle_max;
    while (!host_.idle.empty()) {
      link = std::move(host_.idle.back());
      host_.idle.pop_back();
      if (link->idle_since >= oldest && link->still_quiet()) return true;
      link.reset();
    }
    return false;
  }

  std::unique_ptr<ClientLink> link;

 private:
  Pool& pool_;
  Pool::Host& host_;
};

bool may_repeat(const ClientRequest& request) {
  return request.repeat == Repeat::allowed || request.method == "GET" || request.method == "HEAD";
}

asio::awaitable<Sent> send_within(std::shared_ptr<Pool> pool, ClientRequest request) {
  const TimePoint deadline = std::chrono::steady_clock::now() + request.time_max;
  const auto target = parse_target(request.url);
  if (!target || !is_sendable(request)) co_return ClientFault::bad_request;
  Pool::Host& host = pool->hosts[target->key()];
  if (host.in_use >= pool->options.connections_per_host_max) co_return ClientFault::too_busy;
  Lease lease{*pool, host};

  const bool was_kept = lease.take_idle();
  if (was_kept) {
    Sent sent = co_await lease.link->exchange(request, *target, deadline);
    // The server may have closed it while we wrote; that is no fault of the request.
    const bool was_dead = sent.has_error() && sent.error() == ClientFault::no_answer &&
                          !lease.link->answer_begun() &&
                          std::chrono::steady_clock::now() < deadline;
    if (!was_dead || !may_repeat(request)) co_return sent;
  }
  lease.link = std::make_unique<ClientLink>(pool->io, pool->tls);
  const auto fault = co_await lease.link->open(*target, pool->options.connect_max, deadline);
  // On the kept connection the server may have read it whole.
  if (fault) co_return was_kept ? ClientFault::no_answer : *fault;
  Sent sent = co_await lease.link->exchange(request, *target, deadline);
  if (sent) sent->sent_twice = was_kept;
  co_return sent;
}

class PoolingClient final : public Client {
 public:
  PoolingClient(asio::io_context& io, ClientOptions options)
      : pool_(std::make_shared<Pool>(io, std::move(options))) {}

  asio::awaitable<Sent> send(ClientRequest request) override {
    return send_within(pool_, std::move(request));
  }

 private:
  const std::shared_ptr<Pool> pool_;
};

}  // namespace

std::string_view to_string(ClientFault fault) {
  switch (fault) {
    case ClientFault::bad_request: return "bad_request";
    case ClientFault::too_busy: return "too_busy";
    case ClientFault::cannot_resolve: return "cannot_resolve";
    case ClientFault::cannot_connect: return "cannot_connect";
    case ClientFault::cannot_trust: return "cannot_trust";
    case ClientFault::no_answer: return "no_answer";
    case ClientFault::malformed_answer: return "malformed_answer";
    case ClientFault::answer_too_large: return "answer_too_large";
  }
  return "unknown";
}

std::string_view ClientResponse::header(std::string_view name) const {
  const auto same = [](char left, char right) { return lower(left) == lower(right); };
  for (const auto& [sent, value] : headers) {
    if (std::equal(sent.begin(), sent.end(), name.begin(), name.end(), same)) return value;
  }
  return {};
}

bool is_http_url(const std::string& url) { return parse_target(url).has_value(); }

std::unique_ptr<Client> make_client(asio::io_context& io, ClientOptions options) {
  return std::make_unique<PoolingClient>(io, std::move(options));
}

}  // namespace tollgate::http
