// SPDX-License-Identifier: Apache-2.0
#include "stripe_simulator/simulator_handler.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "http/http_date.hpp"
#include "stripe_simulator/time/timeline.hpp"

namespace tollgate::simulator {
namespace {

ApiRequest api_request(const http::Request& request) {
  return {.method = request.method,
          .path = request.path,
          .query = request.query,
          .body = request.body,
          .authorization = request.header("authorization"),
          .stripe_version = request.header("stripe-version"),
          .idempotency_key = request.header("idempotency-key")};
}

/// Browsers of any origin may call, as Stripe's own API lets them: the key decides.
void allow_any_origin(http::Response& response) {
  response.headers.emplace_back("Access-Control-Allow-Origin", "*");
  response.headers.emplace_back("Access-Control-Expose-Headers",
                                "Request-Id, Idempotent-Replayed, Stripe-Should-Retry");
}

http::Response preflight() {
  http::Response response;
  response.status = 204;
  allow_any_origin(response);
  response.headers.emplace_back("Access-Control-Allow-Methods", "GET, POST, DELETE");
  response.headers.emplace_back(
      "Access-Control-Allow-Headers",
      "Authorization, Content-Type, Idempotency-Key, Stripe-Version, Stripe-Account");
  response.headers.emplace_back("Access-Control-Max-Age", "300");
  return response;
}

}  // namespace

boost::asio::awaitable<http::Response> SimulatorHandler::handle(http::Request& request) {
  pass_time(parts_.world, parts_.clock.now());
  if (request.path.starts_with("/v1/") || request.path.starts_with("/v2/")) {
    if (request.method == "OPTIONS") co_return preflight();
    // A stored answer is given to as many as ask for it at once.
    const std::string_view wanted = request.header("idempotency-key");
    const bool holds_key = request.method == "POST" && !parts_.api.has_answered(wanted);
    const KeysAtWork::Hold key{keys_at_work_, std::string{holds_key ? wanted : std::string_view{}}};
    if (key) co_await be_late();
    const bool reset = parts_.faults.happens_to_call(parts_.faults.rates().api_reset_percent);
    // The client cannot know whether anything was done.
    const bool unheard = reset && parts_.faults.happens_to_call(50);
    http::Response answer;
    if (!unheard) answer = answer_api(request, key);
    if (reset) answer.status = 0;
    co_return answer;
  }
  http::Handler& routes =
      request.path.starts_with("/simulator") ? control_.handler() : pages_.handler();
  http::Response response = co_await routes.handle(request);
  parts_.send_webhooks.wake();
  co_return response;
}

boost::asio::awaitable<void> SimulatorHandler::be_late() {
  const std::int64_t latency_ms = parts_.faults.rates().api_latency_ms;
  if (latency_ms == 0) co_return;
  boost::asio::steady_timer timer{co_await boost::asio::this_coro::executor};
  timer.expires_after(std::chrono::milliseconds{latency_ms});
  co_await timer.async_wait(boost::asio::use_awaitable);
}

ApiAnswer SimulatorHandler::fail_on_request() {
  const FaultRates& rates = parts_.faults.rates();
  ApiError error;
  error.status = 0;
  if (parts_.faults.happens_to_call(rates.api_error_percent)) {
    error.status = 500;
    error.type = ErrorType::api_error;
    error.message = "An unknown error occurred";
  } else if (parts_.faults.happens_to_call(rates.api_rate_limit_percent)) {
    error.status = 429;
    error.code = "rate_limit";
    error.message = "Request rate limit exceeded.";
  }
  if (error.status == 0) return {0, {}, {}};
  return refuse(error);
}

ApiAnswer SimulatorHandler::refuse(const ApiError& error) {
  std::string request_id = parts_.world.make_id("req_", 14);
  return {error.status, write_json(error_body(error, request_id)), std::move(request_id)};
}

http::Response SimulatorHandler::answer_api(const http::Request& request,
                                            const KeysAtWork::Hold& key) {
  const ApiRequest asked = api_request(request);
  ApiAnswer answer = key ? fail_on_request() : refuse(key_in_use(asked.idempotency_key));
  if (answer.status == 0) answer = parts_.api.answer(asked);
  parts_.requests.add(request, answer.status, parts_.world.now());
  parts_.send_webhooks.wake();
  http::Response response = http::json_response(answer.status, std::move(answer.body));
  allow_any_origin(response);
  // The simulated one: readers of an answer take it as the time of the state in it.
  response.headers.emplace_back("Date",
                                http::format_http_date(from_unix_seconds(parts_.world.now())));
  response.headers.emplace_back("Request-Id", std::move(answer.request_id));
  response.headers.emplace_back(
      "Stripe-Version",
      std::string{asked.stripe_version.empty() ? pinned_version : asked.stripe_version});
  if (answer.status == 429) {
    response.headers.emplace_back("Stripe-Rate-Limited-Reason", "global-rate");
  }
  if (!asked.idempotency_key.empty()) {
    response.headers.emplace_back("Idempotency-Key", std::string{asked.idempotency_key});
  }
  if (answer.replayed == Replay::yes) response.headers.emplace_back("Idempotent-Replayed", "true");
  return response;
}

}  // namespace tollgate::simulator
