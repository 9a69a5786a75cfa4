// SPDX-License-Identifier: Apache-2.0
#include "stripe/stripe_api.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <random>
#include <utility>

#include "base/log.hpp"
#include "http/http_date.hpp"
#include "stripe/json_document.hpp"

namespace tollgate::stripe {
namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;
using Sent = Result<http::ClientResponse, http::ClientFault>;
using Answered = Result<ApiAnswer, ApiFailure>;

// As Stripe's own libraries wait (https://github.com/stripe/stripe-python, `_sleep_time_seconds`).
constexpr milliseconds retry_delay_min{500};
constexpr milliseconds retry_delay_max{5'000};
constexpr int doublings_max = 8;

constexpr std::size_t json_depth_max = 64;
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

ApiFault fault_of(http::ClientFault fault) {
  switch (fault) {
    case http::ClientFault::bad_request: return ApiFault::bad_request;
    case http::ClientFault::cannot_trust: return ApiFault::untrusted;
    case http::ClientFault::malformed_answer:
    case http::ClientFault::answer_too_large: return ApiFault::unreadable;
    case http::ClientFault::too_busy: return ApiFault::rate_limited;
    case http::ClientFault::cannot_resolve:
    case http::ClientFault::cannot_connect:
    case http::ClientFault::no_answer: break;
  }
  return ApiFault::unreachable;
}

ApiFault fault_of(unsigned status) {
  switch (status) {
    case 401:
    case 403: return ApiFault::unauthorized;
    case 402: return ApiFault::card_declined;
    case 404: return ApiFault::not_found;
    case 409: return ApiFault::in_conflict;
    case 429: return ApiFault::rate_limited;
    default: break;
  }
  if (status >= 500) return ApiFault::unavailable;
  return status >= 400 ? ApiFault::bad_request : ApiFault::unreadable;
}

Result<simdjson::dom::element, JsonFault> parse(std::string_view body) {
  thread_local JsonDocument document{json_depth_max};
  return document.parse(body);
}

std::string text_at(simdjson::dom::element object, std::string_view name) {
  std::string_view text;
  return object[name].get(text) == simdjson::SUCCESS ? std::string{text} : std::string{};
}

ApiFailure failure_of(const http::ClientResponse& response) {
  ApiFailure failure{.fault = fault_of(response.status),
                     .status = response.status,
                     .type = {},
                     .code = {},
                     .decline_code = {},
                     .message = {},
                     .request_id = std::string{response.header("Request-Id")},
                     .may_have_begun = true};
  const auto parsed = parse(response.body);
  simdjson::dom::element error;
  if (!parsed || (*parsed)["error"].get(error) != simdjson::SUCCESS) return failure;
  failure.type = text_at(error, "type");
  failure.code = text_at(error, "code");
  failure.decline_code = text_at(error, "decline_code");
  failure.message = text_at(error, "message");
  return failure;
}

Answered answer_of(http::ClientResponse response) {
  if (response.status < 200 || response.status > 299) return failure_of(response);
  std::string request_id{response.header("Request-Id")};
  if (!parse(response.body)) {
    ApiFailure failure;
    failure.fault = ApiFault::unreadable;
    failure.status = response.status;
    failure.request_id = std::move(request_id);
    return failure;
  }
  const auto as_of = http::parse_http_date(response.header("Date"));
  return ApiAnswer{std::move(response.body), as_of, std::move(request_id)};
}

Answered answer_of(Sent sent) {
  if (sent) return answer_of(*std::move(sent));
  ApiFailure failure;
  failure.fault = fault_of(sent.error());
  failure.type = to_string(sent.error());
  return failure;
}

/// Of one try.
bool may_have_begun(const Sent& sent) {
  if (sent) return sent->status != too_many_requests;
  switch (sent.error()) {
    case http::ClientFault::bad_request:
    case http::ClientFault::too_busy:
    case http::ClientFault::cannot_resolve:
    case http::ClientFault::cannot_connect:
    case http::ClientFault::cannot_trust: return false;
    case http::ClientFault::no_answer:
    case http::ClientFault::malformed_answer:
    case http::ClientFault::answer_too_large: break;
  }
  return true;
}

/// Stripe's word overrides the rule of statuses.
bool may_retry(const Sent& sent, const ApiFailure& failure) {
  const std::string_view told = sent ? sent->header("Stripe-Should-Retry") : std::string_view{};
  if (told == "true" || told == "false") return told == "true";
  return failure.fault == ApiFault::unreachable || failure.fault == ApiFault::in_conflict ||
         failure.fault == ApiFault::rate_limited || failure.fault == ApiFault::unavailable;
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

std::string_view to_string(ApiFault fault) {
  switch (fault) {
    case ApiFault::unreachable: return "unreachable";
    case ApiFault::untrusted: return "untrusted";
    case ApiFault::unreadable: return "unreadable";
    case ApiFault::bad_request: return "bad_request";
    case ApiFault::card_declined: return "card_declined";
    case ApiFault::unauthorized: return "unauthorized";
    case ApiFault::not_found: return "not_found";
    case ApiFault::in_conflict: return "in_conflict";
    case ApiFault::rate_limited: return "rate_limited";
    case ApiFault::unavailable: return "unavailable";
  }
  return "unknown";
}

std::string to_string(const ApiFailure& failure) {
  std::string words{to_string(failure.fault)};
  for (const std::string& more : {failure.type, failure.code}) {
    if (!more.empty()) words.append(" ").append(more);
  }
  return words;
}

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
    begun = begun || may_have_begun(sent);
    ApiFailure failure = answered.error();
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
