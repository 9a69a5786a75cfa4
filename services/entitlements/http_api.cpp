// SPDX-License-Identifier: Apache-2.0
#include "entitlements/http_api.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/log.hpp"
#include "entitlements/domain/bind.hpp"
#include "entitlements/read/read_query.hpp"

namespace tollgate::entitlements {
namespace {

// A thousand users of 255 characters, escaped.
constexpr std::size_t batch_question_bytes_max = 512 * 1024;

constexpr http::Route<HttpApi> routes[] = {
    {"GET", "/v1/users/{user_id}/entitlements", &HttpApi::get_user_entitlements},
    {"GET", "/v1/users/{user_id}/features/{feature}", &HttpApi::get_user_feature},
    {"GET", "/v1/users/{user_id}/explanation", &HttpApi::get_user_explanation},
    {"GET", "/v1/users/{user_id}/history", &HttpApi::get_user_history},
    {"POST", "/v1/entitlements:batch", &HttpApi::post_entitlements_batch, batch_question_bytes_max},
    {"GET", "/v1/me/entitlements", &HttpApi::get_my_entitlements},
    {"OPTIONS", "/v1/me/entitlements", &HttpApi::preflight},
    {"GET", "/v1/subscriptions", &HttpApi::get_subscriptions},
    {"GET", "/v1/orphans", &HttpApi::get_orphans},
    {"GET", "/v1/dead-letters", &HttpApi::get_dead_letters},
};

http::Response refuse(http::AuthFault fault, const http::Request& request) {
  log::write_bounded(log::Level::warning, to_string(fault), "request refused",
                     {{"reason", to_string(fault)},
                      {"request_id", request.request_id()},
                      {"remote_address", request.remote_address}});
  return http::problem_response({.error = http::ErrorCode::unauthorized,
                                 .code = {},
                                 .detail = "A valid bearer token is needed."},
                                request.request_id());
}

http::Response no_such_user_id(const http::Request& request) {
  return http::problem_response(invalid_user_id, request.request_id());
}

http::Response wrong_question(QuestionFault fault, const http::Request& request) {
  http::Problem problem{http::ErrorCode::invalid_request, "invalid_body",
                        "The body must be an object with two lists of texts: user_ids, features."};
  if (fault == QuestionFault::too_many) {
    problem = {http::ErrorCode::unprocessable, "too_many",
               "At most 1000 users and 100 features can be asked for at once."};
  }
  return http::problem_response(problem, request.request_id());
}

http::Response ask_again(const std::string& reason, const http::Request& request) {
  log::write_bounded(log::Level::error, {}, "entitlements not read",
                     {{"reason", reason}, {"request_id", request.request_id()}});
  return http::problem_response({.error = http::ErrorCode::unavailable,
                                 .code = {},
                                 .detail = "Entitlements cannot be read now; ask again."},
                                request.request_id());
}

/// No fault of the service: so many may wait for facts at once, and of one user.
http::Response too_many_waiting(const http::Request& request) {
  log::write_bounded(log::Level::warning, {}, "too many reads wait for facts",
                     {{"request_id", request.request_id()}});
  return http::problem_response({.error = http::ErrorCode::unavailable,
                                 .code = "too_many_waiting",
                                 .detail = "Too many reads wait already; ask without wait_for, or "
                                           "again later."},
                                request.request_id());
}

http::Response no_answer(ReadFault fault, const http::Request& request) {
  http::Problem problem{http::ErrorCode::unprocessable, "invalid_cursor",
                        "The cursor is not one that this list has given."};
  if (fault == ReadFault::too_old) {
    problem.code = "too_old";
    problem.detail = "Facts of that time are not kept any more.";
  } else if (fault == ReadFault::too_many_facts) {
    problem.code = "too_many_facts";
    problem.detail = "There are too many facts to explain at once.";
  }
  return http::problem_response(problem, request.request_id());
}

http::Response empty_response(unsigned status) {
  http::Response response;
  response.status = status;
  return response;
}

http::Response respond(EntitlementsView view, const http::Request& request) {
  const bool known = matches_etag(request.header("if-none-match"), view.etag);
  http::Response response = http::json_response(200, std::move(view.body));
  if (known) response = empty_response(304);
  response.headers.emplace_back("ETag", std::move(view.etag));
  // Only the user's own browser may keep it, and it must ask each time.
  response.headers.emplace_back("Cache-Control", "private, no-cache");
  return response;
}

}  // namespace

HttpApi::HttpApi(Reads& reads, AwaitFacts& await_facts, const http::ServiceAuth& services,
                 const http::UserAuth& users, std::vector<std::string> cors_origins)
    : reads_(reads),
      await_facts_(await_facts),
      services_(services),
      users_(users),
      cors_({.origins = std::move(cors_origins),
             .methods = "GET",
             .request_headers = "Authorization, If-None-Match, X-Request-Id",
             .shown_headers = "ETag"}),
      router_(*this, std::span<const http::Route<HttpApi>>{routes}) {}

boost::asio::awaitable<http::Response> HttpApi::get_user_entitlements(http::Request& request) {
  const auto service = services_.service_of(request);
  if (!service) co_return refuse(service.error(), request);
  if (!is_user_id(request.path_values.front())) co_return no_such_user_id(request);
  co_return co_await entitlements_of(request.path_values.front(), request);
}

boost::asio::awaitable<http::Response> HttpApi::get_user_feature(http::Request& request) {
  const auto service = services_.service_of(request);
  if (!service) co_return refuse(service.error(), request);
  if (!is_user_id(request.path_values.front())) co_return no_such_user_id(request);
  std::string failed;
  try {
    const FeatureAnswer answer = co_await reads_.entitlements.read_feature(
        request.path_values.front(), request.path_values.back());
    co_return http::json_response(200, feature_json(answer));
  } catch (const DocumentsUnavailable& unavailable) {
    failed = unavailable.what();
  }
  co_return ask_again(failed, request);
}

boost::asio::awaitable<http::Response> HttpApi::get_user_explanation(http::Request& request) {
  const auto service = services_.service_of(request);
  if (!service) co_return refuse(service.error(), request);
  if (!is_user_id(request.path_values.front())) co_return no_such_user_id(request);
  const auto at = read_time_query(request);
  if (!at) co_return http::problem_response(at.error(), request.request_id());
  co_return co_await answer(reads_.explanation.read(request.path_values.front(), *at), request);
}

boost::asio::awaitable<http::Response> HttpApi::get_user_history(http::Request& request) {
  const auto service = services_.service_of(request);
  if (!service) co_return refuse(service.error(), request);
  if (!is_user_id(request.path_values.front())) co_return no_such_user_id(request);
  const auto page = read_page_query(request);
  if (!page) co_return http::problem_response(page.error(), request.request_id());
  co_return co_await answer(reads_.history.read(request.path_values.front(), *page), request);
}

boost::asio::awaitable<http::Response> HttpApi::get_subscriptions(http::Request& request) {
  const auto service = services_.service_of(request);
  if (!service) co_return refuse(service.error(), request);
  const auto query = read_list_query(request);
  if (!query) co_return http::problem_response(query.error(), request.request_id());
  co_return co_await answer(reads_.subscriptions.read(*query), request);
}

boost::asio::awaitable<http::Response> HttpApi::get_orphans(http::Request& request) {
  const auto service = services_.service_of(request);
  if (!service) co_return refuse(service.error(), request);
  const auto query = read_list_query(request);
  if (!query) co_return http::problem_response(query.error(), request.request_id());
  co_return co_await answer(reads_.orphans.read(*query), request);
}

boost::asio::awaitable<http::Response> HttpApi::get_dead_letters(http::Request& request) {
  const auto service = services_.service_of(request);
  if (!service) co_return refuse(service.error(), request);
  const auto query = read_letters_query(request);
  if (!query) co_return http::problem_response(query.error(), request.request_id());
  co_return co_await answer(reads_.dead_letters.read(*query), request);
}

boost::asio::awaitable<http::Response> HttpApi::post_entitlements_batch(http::Request& request) {
  const auto service = services_.service_of(request);
  if (!service) co_return refuse(service.error(), request);
  auto question = read_batch_question(request.body);
  if (!question) co_return wrong_question(question.error(), request);
  if (!std::all_of(question->user_ids.begin(), question->user_ids.end(), is_user_id)) {
    co_return no_such_user_id(request);
  }
  const std::vector<std::string> features = question->features;
  std::string failed;
  try {
    const auto users = co_await reads_.entitlements.read_batch(*std::move(question));
    co_return http::json_response(200, batch_json(users, features));
  } catch (const DocumentsUnavailable& unavailable) {
    failed = unavailable.what();
  }
  co_return ask_again(failed, request);
}

boost::asio::awaitable<http::Response> HttpApi::get_my_entitlements(http::Request& request) {
  http::Response response = co_await my_entitlements(request);
  cors_.share(request, response);
  co_return response;
}

boost::asio::awaitable<http::Response> HttpApi::my_entitlements(http::Request& request) {
  const std::string keys_fault = users_.fault();
  if (!keys_fault.empty()) co_return ask_again(keys_fault, request);
  const auto user = users_.user_of(request);
  if (!user) co_return refuse(user.error(), request);
  co_return co_await entitlements_of(*user, request);
}

boost::asio::awaitable<http::Response> HttpApi::preflight(http::Request& request) {
  co_return cors_.preflight(request);
}

boost::asio::awaitable<http::Response> HttpApi::entitlements_of(std::string user_id,
                                                                http::Request& request) {
  const auto query = read_wait_query(request);
  if (!query) co_return http::problem_response(query.error(), request.request_id());
  std::string failed;
  bool crowded = false;
  try {
    const std::optional<bool> reflected = co_await wait_for(user_id, *query);
    EntitlementsView view = co_await reads_.entitlements.read(std::move(user_id), reflected);
    co_return respond(std::move(view), request);
  } catch (const DocumentsUnavailable& unavailable) {
    failed = unavailable.what();
  } catch (const TooManyWaiting&) {
    crowded = true;
  }
  if (crowded) co_return too_many_waiting(request);
  co_return ask_again(failed, request);
}

boost::asio::awaitable<std::optional<bool>> HttpApi::wait_for(std::string user_id,
                                                              std::optional<WaitQuery> query) {
  if (!query) co_return std::nullopt;
  co_return co_await await_facts_.wait(std::move(user_id), std::move(query->id), query->timeout);
}

boost::asio::awaitable<http::Response> HttpApi::answer(
    boost::asio::awaitable<Result<std::string, ReadFault>> asked, http::Request& request) {
  std::string failed;
  try {
    auto body = co_await std::move(asked);
    if (!body) co_return no_answer(body.error(), request);
    co_return http::json_response(200, *std::move(body));
  } catch (const DocumentsUnavailable& unavailable) {
    failed = unavailable.what();
  }
  co_return ask_again(failed, request);
}

}  // namespace tollgate::entitlements
