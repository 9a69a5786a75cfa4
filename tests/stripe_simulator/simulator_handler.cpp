// SPDX-License-Identifier: Apache-2.0
#include "simulator_handler.hpp"

#include "http/http_date.hpp"
#include "timeline.hpp"

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

}  // namespace

boost::asio::awaitable<http::Response> SimulatorHandler::handle(http::Request& request) {
  pass_time(parts_.world, parts_.clock.now());
  if (!request.path.starts_with("/simulator")) co_return answer_api(request);
  http::Response response = co_await control_.handler().handle(request);
  parts_.send_webhooks.wake();
  co_return response;
}

http::Response SimulatorHandler::answer_api(const http::Request& request) {
  const ApiRequest asked = api_request(request);
  ApiAnswer answer = parts_.api.answer(asked);
  parts_.requests.add(request, answer.status, parts_.world.now());
  parts_.send_webhooks.wake();
  http::Response response = http::json_response(answer.status, std::move(answer.body));
  // The simulated one: readers of an answer take it as the time of the state in it.
  response.headers.emplace_back("Date",
                                http::format_http_date(from_unix_seconds(parts_.world.now())));
  response.headers.emplace_back("Request-Id", std::move(answer.request_id));
  response.headers.emplace_back(
      "Stripe-Version",
      std::string{asked.stripe_version.empty() ? pinned_version : asked.stripe_version});
  if (!asked.idempotency_key.empty()) {
    response.headers.emplace_back("Idempotency-Key", std::string{asked.idempotency_key});
  }
  if (answer.replayed == Replay::yes) response.headers.emplace_back("Idempotent-Replayed", "true");
  return response;
}

}  // namespace tollgate::simulator
