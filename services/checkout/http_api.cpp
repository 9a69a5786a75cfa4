// SPDX-License-Identifier: Apache-2.0
#include "checkout/http_api.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "base/log.hpp"
#include "checkout/json/answers_json.hpp"
#include "checkout/json/requests_json.hpp"

namespace tollgate::checkout {
namespace {

using http::ErrorCode;

constexpr std::int64_t wait_s_max = 30;
constexpr std::size_t client_key_bytes_max = 255;
constexpr double cost_of_status = 0.25;  // A page asks again and again while its buyer pays.

constexpr http::Route<HttpApi> routes[] = {
    {"GET", "/v1/plans", &HttpApi::get_plans},
    {"POST", "/v1/checkout-sessions", &HttpApi::post_checkout_session},
    {"GET", "/v1/checkout-sessions/{id}", &HttpApi::get_checkout_session},
    {"POST", "/v1/subscriptions", &HttpApi::post_subscription},
    {"GET", "/v1/subscriptions", &HttpApi::get_subscriptions},
    {"GET", "/v1/subscriptions/{id}/change-preview", &HttpApi::get_change_preview},
    {"PATCH", "/v1/subscriptions/{id}", &HttpApi::patch_subscription},
    {"DELETE", "/v1/subscriptions/{id}", &HttpApi::delete_subscription},
    {"POST", "/v1/subscriptions/{id}/resume", &HttpApi::post_resume},
    {"POST", "/v1/portal-sessions", &HttpApi::post_portal_session},
};

ErrorCode error_of(Fault fault) {
  switch (fault) {
    case Fault::unprocessable: return ErrorCode::unprocessable;
    case Fault::superseded:
    case Fault::conflict: return ErrorCode::conflict;
    case Fault::not_found: return ErrorCode::not_found;
    case Fault::card_declined: return ErrorCode::payment_required;
    case Fault::fate_unknown:
    case Fault::customer_gone:
    case Fault::stripe_away: return ErrorCode::unavailable;
    case Fault::stripe_refused: return ErrorCode::bad_gateway;
  }
  return ErrorCode::internal;
}

/// The one function that maps failures to HTTP.
http::Response refuse(const Failure& failure, const http::Request& request) {
  http::Problem problem{error_of(failure.fault), failure.code, failure.detail};
  problem.retry_after_s = failure.retry_after_s;
  const std::pair<const char*, const std::string*> further[] = {
      {"decline_code", &failure.decline_code},
      {"subscription", &failure.subscription},
      {"call", &failure.call}};
  for (const auto& [name, value] : further) {
    if (!value->empty()) problem.members.emplace_back(name, *value);
  }
  return http::problem_response(problem, request.request_id());
}

http::Response refuse(ErrorCode error, std::string code, std::string detail,
                      const http::Request& request) {
  return http::problem_response({error, std::move(code), std::move(detail)}, request.request_id());
}

http::Response invalid_body(const http::Request& request) {
  return refuse(ErrorCode::invalid_request, "invalid_body",
                "The body is not the JSON object that this route takes.", request);
}

/// Empty: none was sent. Nothing: it cannot be one.
std::optional<std::string> client_key_of(const http::Request& request) {
  const std::string_view key = request.header("idempotency-key");
  const auto is_unfit = [](char letter) { return letter <= ' ' || letter > '~'; };
  if (key.size() > client_key_bytes_max || request.header_count("idempotency-key") > 1 ||
      std::ranges::any_of(key, is_unfit)) {
    return std::nullopt;
  }
  return std::string{key};
}

http::Response invalid_key(const http::Request& request) {
  return refuse(ErrorCode::invalid_request, "invalid_idempotency_key",
                "An Idempotency-Key is one word of up to 255 ASCII characters.", request);
}

/// Nothing: it is no number from 0 to `max`.
std::optional<std::int64_t> number_in(const std::string& text, std::int64_t max) {
  std::int64_t number = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number < 0 || number > max ? std::nullopt : std::optional{number};
}

http::Response invalid_query(const http::Request& request, std::string detail) {
  return refuse(ErrorCode::invalid_request, "invalid_query", std::move(detail), request);
}

/// Nothing: it is neither `true` nor `false`.
std::optional<bool> wants_redirect(const http::Request& request) {
  const std::string word = request.query_value("redirect").value_or("false");
  if (word != "true" && word != "false") return std::nullopt;
  return word == "true";
}

http::Response see_other(const Session& session, const http::Request& request) {
  if (session.url.empty()) {
    return refuse(ErrorCode::conflict, "session_not_open",
                  "This session is over; its status says how it ended.", request);
  }
  http::Response response;
  response.status = 303;
  response.headers.emplace_back("Location", session.url);
  return response;
}

}  // namespace

HttpApi::HttpApi(UseCases use_cases, const http::UserAuth& users, RateLimit& limit,
                 const Clock& clock, std::vector<std::string> cors_origins)
    : use_cases_(use_cases),
      users_(users),
      limit_(limit),
      clock_(clock),
      plans_(plans_json(use_cases.catalog)),
      cors_({.origins = std::move(cors_origins),
             .methods = "GET, POST, PATCH, DELETE",
             .request_headers = "Authorization, Content-Type, Idempotency-Key, X-Request-Id",
             .shown_headers = "Location, Retry-After"}),
      router_(*this, std::span<const http::Route<HttpApi>>{routes}) {}

boost::asio::awaitable<http::Response> HttpApi::handle(http::Request& request) {
  // A browser asks before it sends: any path may be asked about.
  if (request.method == "OPTIONS" && !request.header("access-control-request-method").empty()) {
    co_return cors_.preflight(request);
  }
  http::Response response = co_await route(request);
  cors_.share(request, response);
  co_return response;
}

boost::asio::awaitable<http::Response> HttpApi::route(http::Request& request) {
  try {
    co_return co_await router_.handle(request);
  } catch (const StoreAway& away) {
    log::write_bounded(log::Level::error, {}, "the database is away",
                       {{"reason", away.what()}, {"request_id", request.request_id()}});
    co_return refuse(ErrorCode::unavailable, {}, "Nothing can be bought now; ask again.", request);
  }
}

Result<std::string, http::Response> HttpApi::user_of(const http::Request& request, double cost) {
  if (const std::string fault = users_.fault(); !fault.empty()) {
    log::write_bounded(log::Level::error, {}, "no token can be checked", {{"reason", fault}});
    return refuse(ErrorCode::unavailable, {}, "No token can be checked now; ask again.", request);
  }
  auto user = users_.user_of(request);
  if (!user) {
    log::write_bounded(log::Level::warning, to_string(user.error()), "request refused",
                       {{"reason", to_string(user.error())},
                        {"request_id", request.request_id()},
                        {"remote_address", request.remote_address}});
    return refuse(ErrorCode::unauthorized, {}, "A valid bearer token is needed.", request);
  }
  const auto wait = limit_.wait_of(*user, clock_.now(), cost);
  if (wait == std::chrono::seconds{0}) return *std::move(user);
  http::Problem problem{ErrorCode::too_many_requests, {}, "Too many requests; wait a little."};
  problem.retry_after_s = static_cast<int>(wait.count());
  return http::problem_response(problem, request.request_id());
}

boost::asio::awaitable<http::Response> HttpApi::get_plans(http::Request&) {
  http::Response response = http::json_response(200, plans_);
  response.headers.emplace_back("Cache-Control", "public, max-age=60");
  co_return response;
}

boost::asio::awaitable<http::Response> HttpApi::post_checkout_session(http::Request& request) {
  auto user = user_of(request);
  if (!user) co_return user.error();
  auto purchase = read_session_request(request.body);
  if (!purchase) co_return invalid_body(request);
  auto client_key = client_key_of(request);
  if (!client_key) co_return invalid_key(request);
  const auto redirect = wants_redirect(request);
  if (!redirect) co_return invalid_query(request, "redirect is `true` or `false`.");
  const auto started = co_await use_cases_.start_checkout.run(
      *std::move(user), *std::move(purchase), *std::move(client_key), Deadline::in(request_max));
  if (!started) co_return refuse(started.error(), request);
  if (*redirect) co_return see_other(started->session, request);
  co_return http::json_response(started->is_new ? 201 : 200, session_json(started->session));
}

boost::asio::awaitable<http::Response> HttpApi::get_checkout_session(http::Request& request) {
  auto user = user_of(request, cost_of_status);
  if (!user) co_return user.error();
  const auto wait_s = number_in(request.query_value("wait_s").value_or("0"), wait_s_max);
  if (!wait_s) {
    co_return invalid_query(request, "wait_s is a number of seconds from 0 to 30.");
  }
  const auto status =
      co_await use_cases_.sessions.read(*std::move(user), request.path_values.front(),
                                        std::chrono::seconds{*wait_s}, Deadline::in(request_max));
  if (!status) co_return refuse(status.error(), request);
  co_return http::json_response(
      200, session_status_json(status->id, status->status, status->subscription));
}

http::Response HttpApi::respond(const Outcome<Subscription>& outcome,
                                const http::Request& request) const {
  if (!outcome) return refuse(outcome.error(), request);
  return http::json_response(200, subscription_json(use_cases_.catalog, *outcome));
}

boost::asio::awaitable<http::Response> HttpApi::post_subscription(http::Request& request) {
  auto user = user_of(request);
  if (!user) co_return user.error();
  auto purchase = read_subscription_request(request.body);
  if (!purchase) co_return invalid_body(request);
  auto client_key = client_key_of(request);
  if (!client_key) co_return invalid_key(request);
  const auto started = co_await use_cases_.start_subscription.run(
      *std::move(user), *std::move(purchase), *std::move(client_key), Deadline::in(request_max));
  if (!started) co_return refuse(started.error(), request);
  co_return http::json_response(
      201, started_subscription_json(started->id, started->status, started->client_secret));
}

boost::asio::awaitable<http::Response> HttpApi::get_subscriptions(http::Request& request) {
  auto user = user_of(request);
  if (!user) co_return user.error();
  const auto held =
      co_await use_cases_.change_subscription.list(*std::move(user), Deadline::in(request_max));
  if (!held) co_return refuse(held.error(), request);
  co_return http::json_response(200, subscriptions_json(use_cases_.catalog, *held));
}

boost::asio::awaitable<http::Response> HttpApi::get_change_preview(http::Request& request) {
  auto user = user_of(request);
  if (!user) co_return user.error();
  PlanChange change;
  change.plan = request.query_value("plan").value_or("");
  change.interval = request.query_value("interval").value_or("");
  if (const auto quantity = request.query_value("quantity")) {
    change.quantity = number_in(*quantity, quantity_max);
    if (!change.quantity) co_return invalid_query(request, "quantity is a whole number.");
  }
  const auto shown = co_await use_cases_.change_subscription.preview(
      *std::move(user), request.path_values.front(), std::move(change), Deadline::in(request_max));
  if (!shown) co_return refuse(shown.error(), request);
  co_return http::json_response(200, preview_json(shown->preview, shown->proration_date));
}

boost::asio::awaitable<http::Response> HttpApi::patch_subscription(http::Request& request) {
  auto user = user_of(request);
  if (!user) co_return user.error();
  auto change = read_plan_change(request.body);
  if (!change) co_return invalid_body(request);
  const auto changed = co_await use_cases_.change_subscription.change(
      *std::move(user), request.path_values.front(), *std::move(change), Deadline::in(request_max));
  co_return respond(changed, request);
}

boost::asio::awaitable<http::Response> HttpApi::delete_subscription(http::Request& request) {
  auto user = user_of(request);
  if (!user) co_return user.error();
  const std::string at = request.query_value("at").value_or("period_end");
  if (at != "now" && at != "period_end") {
    co_return invalid_query(request, "at is `period_end` or `now`.");
  }
  const CancelAt when = at == "now" ? CancelAt::now : CancelAt::period_end;
  const auto canceled = co_await use_cases_.change_subscription.cancel(
      *std::move(user), request.path_values.front(), when, Deadline::in(request_max));
  co_return respond(canceled, request);
}

boost::asio::awaitable<http::Response> HttpApi::post_resume(http::Request& request) {
  auto user = user_of(request);
  if (!user) co_return user.error();
  const auto resumed = co_await use_cases_.change_subscription.resume(
      *std::move(user), request.path_values.front(), Deadline::in(request_max));
  co_return respond(resumed, request);
}

boost::asio::awaitable<http::Response> HttpApi::post_portal_session(http::Request& request) {
  auto user = user_of(request);
  if (!user) co_return user.error();
  auto return_url = read_return_url(request.body);
  if (!return_url) co_return invalid_body(request);
  const auto url = co_await use_cases_.change_subscription.open_portal(
      *std::move(user), *std::move(return_url), Deadline::in(request_max));
  if (!url) co_return refuse(url.error(), request);
  co_return http::json_response(201, url_json(*url));
}

}  // namespace tollgate::checkout
