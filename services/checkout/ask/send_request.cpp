// SPDX-License-Identifier: Apache-2.0
#include "checkout/ask/send_request.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <random>
#include <utility>

#include "base/log.hpp"

namespace tollgate::checkout {
namespace {

namespace asio = boost::asio;
using stripe::ApiFault;

// A person waits: three tries of six seconds are what one call may take.
constexpr int retries_max = 2;
constexpr std::chrono::milliseconds attempt_max{6'000};
constexpr int rest_after_refusal_s = 2;
constexpr const char* breaker_is_open = "breaker_open";
constexpr std::string_view time_is_up = "time_is_up";
constexpr int rest_after_time_s = 2;
constexpr int rounds_in_conflict_max = 4;
constexpr std::string_view own_budget = "own_budget";

std::chrono::milliseconds random_pause() {
  thread_local std::minstd_rand chance{std::random_device{}()};
  return std::chrono::milliseconds{std::uniform_int_distribution{20, 700}(chance)};
}

bool is_away(ApiFault fault) {
  return fault == ApiFault::unreachable || fault == ApiFault::unavailable ||
         fault == ApiFault::untrusted;
}

/// Our own limits kept it here.
bool is_unsent(const stripe::ApiFailure& failure) {
  return failure.type == own_budget || failure.type == http::to_string(http::ClientFault::too_busy);
}

stripe::ApiFailure late(bool may_have_begun) {
  stripe::ApiFailure failure;
  failure.type = time_is_up;
  failure.may_have_begun = may_have_begun;
  return failure;
}

Failure away(std::string code, int retry_after_s) {
  Failure failure{Fault::stripe_away, std::move(code),
                  "The payment provider cannot be reached now; nothing is lost, ask again."};
  failure.retry_after_s = retry_after_s;
  return failure;
}

}  // namespace

SendRequest::SendRequest(stripe::StripeApi& api, const Clock& clock, Metrics& metrics)
    : api_(api),
      clock_(clock),
      open_(metrics.gauge("tollgate_stripe_breaker_open",
                          "1 while Stripe is not asked because it did not answer")),
      late_(metrics.counter("tollgate_requests_out_of_time_total",
                            "Requests that ended because their calls to Stripe took too long")) {}

asio::awaitable<Sent> SendRequest::get(std::string path, Deadline until, stripe::Form query) {
  stripe::ApiRequest request;
  request.path = std::move(path);
  request.parameters = std::move(query);
  co_return co_await send(std::move(request), until);
}

asio::awaitable<Sent> SendRequest::post(std::string path, std::string body, std::string key,
                                        Deadline until) {
  stripe::ApiRequest request;
  request.method = "POST";
  request.path = std::move(path);
  request.parameters = stripe::Form::of_text(std::move(body));
  request.idempotency_key = std::move(key);
  bool begun = false;
  for (int round = 1;; ++round) {
    stripe::ApiRequest same = request;
    Sent sent = co_await send(std::move(same), until);
    if (sent) co_return sent;
    stripe::ApiFailure failure = sent.error();
    begun = begun || failure.may_have_begun;
    failure.may_have_begun = begun;
    const bool is_in_use = failure.fault == ApiFault::in_conflict;
    if (!is_in_use || round == rounds_in_conflict_max) co_return failure;
    // Another tab or process has this very call under way, and its answer will be ours. Whoever
    // waits just as long as the others meets them again.
    asio::steady_timer pause{co_await asio::this_coro::executor, random_pause()};
    co_await pause.async_wait(asio::as_tuple(asio::use_awaitable));
  }
}

asio::awaitable<Sent> SendRequest::remove(std::string path, Deadline until) {
  stripe::ApiRequest request;
  request.method = "DELETE";
  request.path = std::move(path);
  co_return co_await send(std::move(request), until);
}

asio::awaitable<Sent> SendRequest::send(stripe::ApiRequest request, Deadline until) {
  request.retries_max = retries_max;
  request.attempt_max = attempt_max;
  request.total_max = until.left();
  if (until.has_passed()) {
    late_.Increment();
    co_return late(false);
  }
  if (breaker_.refusal(clock_.now())) {
    stripe::ApiFailure refused;
    refused.type = breaker_is_open;
    refused.may_have_begun = false;
    co_return refused;
  }
  auto answer = co_await api_.send(std::move(request));
  // Cut off early it says nothing about Stripe.
  const bool is_late = answer.has_error() && is_away(answer.error().fault) && until.has_passed();
  if (is_late || (answer.has_error() && is_unsent(answer.error()))) {
    breaker_.unsent(clock_.now());
  } else if (answer.has_error() && is_away(answer.error().fault)) {
    breaker_.failed(clock_.now());
  } else {
    breaker_.succeeded();
  }
  open_.Set(breaker_.is_open() ? 1 : 0);
  if (answer) co_return std::move(answer->body);
  if (is_late) {
    late_.Increment();
    co_return late(answer.error().may_have_begun);
  }
  co_return answer.error();
}

Failure SendRequest::out_of_time() const {
  late_.Increment();
  return in_words(late(false));
}

Failure SendRequest::in_words(const stripe::ApiFailure& failure) const {
  if (failure.type == time_is_up) {
    log::write_bounded(log::Level::warning, time_is_up, "a request is out of time",
                       {{"seconds", request_max.count()}});
    Failure slow = away("stripe_timeout", rest_after_time_s);
    slow.detail = "The payment provider takes too long; nothing is lost, ask the same again.";
    return slow;
  }
  const int rest_s = static_cast<int>(Breaker::rest.count());
  if (is_away(failure.fault)) {
    log::write_bounded(log::Level::error, stripe::to_string(failure.fault), "Stripe is away",
                       {{"reason", stripe::to_string(failure.fault)},
                        {"type", failure.type},
                        {"status", failure.status}});
    return away("stripe_unavailable", rest_s);
  }
  if (failure.fault == ApiFault::rate_limited || failure.fault == ApiFault::in_conflict) {
    return away("stripe_busy", rest_after_refusal_s);
  }
  if (failure.fault == ApiFault::card_declined) {
    Failure declined{Fault::card_declined, failure.code.empty() ? "card_declined" : failure.code,
                     failure.message};
    declined.decline_code = failure.decline_code;
    return declined;
  }
  log::error("Stripe refused a request", {{"reason", stripe::to_string(failure.fault)},
                                          {"status", failure.status},
                                          {"type", failure.type},
                                          {"code", failure.code},
                                          {"stripe_request_id", failure.request_id}});
  Failure refused{Fault::stripe_refused, "stripe_refused",
                  "The payment provider refused; the shop's operator has to look."};
  refused.is_missing = failure.code == "resource_missing" || failure.fault == ApiFault::not_found;
  return refused;
}

}  // namespace tollgate::checkout
