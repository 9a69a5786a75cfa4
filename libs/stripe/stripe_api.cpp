// SPDX-License-Identifier: Apache-2.0
#include "stripe/stripe_api.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <random>
#include <utility>

#include "base/log.hpp"
#include "stripe/api_answer.hpp"

namespace tollgate::stripe {
namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;

// As Stripe's own libraries wait (https://github.com/stripe/stripe-python, `_sleep_time_seconds`).
constexpr milliseconds retry_delay_min{500};
constexpr milliseconds retry_delay_max{5'000};
constexpr int doublings_max = 8;

constexpr std::size_t outcomes_max = 16;
constexpr unsigned too_many_requests = 429;

asio::awaitable<void> wait_for(milliseconds duration) {
  asio::steady_timer timer{co_await asio::this_coro::executor, duration};
  co_await timer.async_wait(asio::use_awaitable);
}

double random_share() {
  thread_local std::minstd_rand generator{std::random_device{}()};
  return std::uniform_real_distribution<double>{0.0, 1.0}(generator);
}

milliseconds retry_delay(int attempt, double random) {
  const auto whole =
      std::min(retry_delay_min * (1 << std::min(attempt - 1, doublings_max)), retry_delay_max);
  const double jittered = static_cast<double>(whole.count()) * (0.5 + random / 2);
  return std::max(milliseconds{static_cast<std::int64_t>(jittered)}, retry_delay_min);
}

asio::awaitable<Answered> refuse(std::string why) {
  ApiFailure failure;
  failure.fault = ApiFault::bad_request;
  failure.type = std::move(why);
  failure.may_have_begun = false;
  co_return failure;
}

ApiFailure out_of_budget(bool may_have_begun) {
  ApiFailure failure;
  failure.fault = ApiFault::rate_limited;
  failure.type = "own_budget";
  failure.may_have_begun = may_have_begun;
  return failure;
}

ApiOptions with_defaults(ApiOptions options) {
  if (!options.wait) options.wait = wait_for;
  if (!options.random) options.random = random_share;
  if (!options.now) options.now = [] { return SystemClock{}.now(); };
  return options;
}

}  // namespace

StripeApi::StripeApi(http::Client& client, ApiSettings settings, Metrics& metrics,
                     ApiOptions options)
    : client_(client),
      settings_(std::move(settings)),
      options_(with_defaults(std::move(options))),
      requests_(metrics, "tollgate_stripe_requests_total",
                "Requests to Stripe's API, by what came of them", "outcome", outcomes_max),
      seconds_(metrics.histogram("tollgate_stripe_request_seconds",
                                 "One request to Stripe's API, without its retries",
                                 latency_buckets_s())) {
  if (options_.requests_per_second > 0) budget_.emplace(options_.requests_per_second);
}

asio::awaitable<Answered> StripeApi::send(ApiRequest request) {
  if (!may_ask()) return refuse("no_secret_key");
  if (request.method == "POST" && request.idempotency_key.empty()) {
    return refuse("no_idempotency_key");
  }
  return send_repeatedly(client_request(request), request.path, request.retries_max,
                         options_.now() + request.total_max);
}

milliseconds StripeApi::left_until(Time end) const {
  return std::chrono::floor<milliseconds>(end - options_.now());
}

asio::awaitable<Answered> StripeApi::send_repeatedly(http::ClientRequest wire, std::string path,
                                                     int retries_max, Time end) {
  bool begun = false;
  for (int number = 1;; ++number) {
    const bool may_send = co_await wait_for_budget(left_until(end));
    if (!may_send) co_return out_of_budget(begun);
    wire.time_max = std::min(wire.time_max, left_until(end));
    const Sent sent = co_await attempt(wire);
    Answered answered = answer_of(sent);
    requests_.of(answered ? "ok" : to_string(answered.error().fault)).Increment();
    if (answered) co_return answered;
    ApiFailure failure = answered.error();
    begun = begun || failure.may_have_begun;
    failure.may_have_begun = begun;
    // Silence is told once by the loop that meets it; a refusal has an id to ask Stripe about.
    log::write(failure.status == 0 ? log::Level::debug : log::Level::info,
               "Stripe did not do as asked",
               {{"path", path},
                {"status", failure.status},
                {"reason", to_string(failure.fault)},
                {"type", failure.type},
                {"code", failure.code},
                {"stripe_request_id", failure.request_id},
                {"attempt", number}});
    if (number > retries_max || !may_retry(sent, failure)) co_return failure;
    const milliseconds pause = retry_delay(number, options_.random());
    if (pause >= left_until(end)) co_return failure;
    co_await options_.wait(pause);
  }
}

asio::awaitable<bool> StripeApi::wait_for_budget(milliseconds wait_max) {
  if (!budget_) co_return true;
  const auto wait = budget_->reserve(options_.now(), std::min(options_.pace_wait_max, wait_max));
  if (wait && *wait > milliseconds{0}) co_await options_.wait(*wait);
  co_return wait.has_value();
}

asio::awaitable<Sent> StripeApi::attempt(const http::ClientRequest& wire) {
  const auto begin = std::chrono::steady_clock::now();
  Sent sent = co_await client_.send(wire);
  seconds_.Observe(std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
  if (budget_ && sent && sent->status == too_many_requests) {
    budget_->refused(options_.now());
  } else if (budget_ && sent) {
    budget_->accepted();
  }
  co_return sent;
}

http::ClientRequest StripeApi::client_request(const ApiRequest& request) const {
  http::ClientRequest wire;
  wire.method = request.method;
  wire.url = settings_.base + request.path;
  wire.time_max = request.attempt_max;
  wire.answer_bytes_max = request.answer_bytes_max;
  wire.headers = {{"Authorization", "Bearer " + settings_.secret_key},
                  {"Stripe-Version", std::string{api_version}},
                  {"Accept", "application/json"},
                  {"User-Agent", "tollgate"}};
  if (!request.account.empty()) {
    const bool v2 = request.path.starts_with("/v2/");
    wire.headers.emplace_back(v2 ? "Stripe-Context" : "Stripe-Account", request.account);
  }
  if (!request.idempotency_key.empty()) {
    wire.headers.emplace_back("Idempotency-Key", request.idempotency_key);
    wire.repeat = http::Repeat::allowed;
  }
  if (request.method == "POST") {
    wire.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
    wire.body = request.parameters.text();
  } else if (!request.parameters.text().empty()) {
    wire.url += '?' + request.parameters.text();
  }
  return wire;
}

}  // namespace tollgate::stripe
