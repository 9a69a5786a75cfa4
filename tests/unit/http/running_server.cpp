// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/http/running_server.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>

#include <stdexcept>

#include "tests/wait_until.hpp"

namespace tollgate::tests {
namespace {

namespace asio = boost::asio;

constexpr http::Route<EchoApi> echo_routes[] = {
    {"POST", "/echo", &EchoApi::echo},        {"GET", "/held", &EchoApi::held},
    {"GET", "/broken", &EchoApi::broken},     {"GET", "/large", &EchoApi::large},
    {"GET", "/seen/{value}", &EchoApi::seen},
};

}  // namespace

EchoApi::EchoApi(asio::io_context& io)
    : gate_(io, asio::steady_timer::time_point::max()),
      router_(*this, std::span<const http::Route<EchoApi>>{echo_routes}) {}

asio::awaitable<http::Response> EchoApi::echo(http::Request& request) {
  http::Response response;
  response.body = request.body;
  co_return response;
}

asio::awaitable<http::Response> EchoApi::held(http::Request&) {
  ++held_count;
  co_await gate_.async_wait(asio::as_tuple(asio::use_awaitable));
  co_return http::json_response(200, R"({"held":true})");
}

asio::awaitable<http::Response> EchoApi::broken(http::Request&) {
  throw std::runtime_error{"database secret"};
  co_return http::Response{};
}

asio::awaitable<http::Response> EchoApi::large(http::Request& request) {
  http::Response response;
  response.body.assign(std::stoul(request.query_value("bytes").value_or("0")), 'x');
  co_return response;
}

asio::awaitable<http::Response> EchoApi::seen(http::Request& request) {
  http::Response response;
  response.content_type = "text/plain";
  response.body = request.path_values.at(0);
  co_return response;
}

void EchoApi::release() { gate_.cancel(); }

RunningServer::RunningServer(http::ServerLimits limits)
    : server_(http::make_server(io_, Endpoint{"127.0.0.1", 0}, limits, api_.handler(), metrics_)),
      port_(server_->port()),
      loop_([this] {
        const auto keep_running = asio::make_work_guard(io_);
        io_.run();
      }) {}

RunningServer::~RunningServer() {
  io_.stop();
  loop_.join();
}

std::future<void> RunningServer::drain(std::chrono::milliseconds wait_max) {
  return asio::co_spawn(io_, server_->drain(wait_max), asio::use_future);
}

void RunningServer::release_held() {
  asio::post(io_, [this] { api_.release(); });
}

bool RunningServer::wait_for_held(int count) const {
  return wait_until([&] { return api_.held_count >= count; });
}

bool RunningServer::wait_for_metric(const std::string& line) const {
  return wait_until([&] { return metrics().find(line) != std::string::npos; });
}

}  // namespace tollgate::tests
