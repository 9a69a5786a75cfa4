// SPDX-License-Identifier: Apache-2.0
#include "http/router.hpp"

#include <algorithm>

#include "http/percent.hpp"

namespace tollgate::http {
namespace {

/// `/a/b` is `a`, `b`; `/` is one empty segment. Nothing for a path that does not begin with `/`.
bool split_path(std::string_view path, std::vector<std::string_view>& segments) {
  segments.clear();
  if (!path.starts_with('/')) return false;
  for (;;) {
    path.remove_prefix(1);
    const auto end = path.find('/');
    segments.push_back(path.substr(0, end));
    if (end == std::string_view::npos) return true;
    path.remove_prefix(end);
  }
}

bool is_placeholder(std::string_view segment) { return segment.starts_with('{'); }

/// An empty segment never fills a placeholder, so `/v1/users//entitlements` names nobody.
bool matches(const std::vector<std::string>& pattern, const std::vector<std::string_view>& path) {
  return std::equal(pattern.begin(), pattern.end(), path.begin(), path.end(),
                    [](const std::string& expected, std::string_view segment) {
                      return is_placeholder(expected) ? !segment.empty() : expected == segment;
                    });
}

bool decode_placeholders(const std::vector<std::string>& pattern,
                         const std::vector<std::string_view>& path, Request& request) {
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (!is_placeholder(pattern[i])) continue;
    auto value = percent_decode(path[i], Plus::literal);
    if (!value) return false;
    request.path_values.push_back(std::move(*value));
  }
  return true;
}

Response no_such_method(const std::vector<std::string>& allowed, const Request& request) {
  std::string allow;
  for (const auto& method : allowed) allow += (allow.empty() ? "" : ", ") + method;
  Response response = problem_response({.error = ErrorCode::method_not_allowed,
                                        .code = {},
                                        .detail = "This resource takes " + allow + "."},
                                       request.request_id());
  response.headers.emplace_back("Allow", allow);
  return response;
}

}  // namespace

boost::asio::awaitable<Response> Router::handle(Request& request) {
  const Entry* head_fallback = nullptr;
  std::vector<std::string> allowed;
  split_path(request.path, request_segments_);
  for (const Entry& entry : entries_) {
    if (!matches(entry.segments, request_segments_)) continue;
    if (entry.method == request.method) return act(entry, request);
    if (entry.method == "GET" && request.method == "HEAD") head_fallback = &entry;
    if (std::find(allowed.begin(), allowed.end(), entry.method) == allowed.end()) {
      allowed.push_back(entry.method);
      if (entry.method == "GET") allowed.emplace_back("HEAD");
    }
  }
  // The server drops the body of an answer to HEAD.
  if (head_fallback != nullptr) return act(*head_fallback, request);
  if (!allowed.empty()) return answer(no_such_method(allowed, request));
  const Problem problem{.error = ErrorCode::not_found, .code = {}, .detail = "No such resource."};
  return answer(problem_response(problem, request.request_id()));
}

std::size_t Router::body_bytes_max(const Request& head) const {
  std::vector<std::string_view> segments;
  split_path(head.path, segments);
  for (const Entry& entry : entries_) {
    if (entry.method == head.method && matches(entry.segments, segments)) {
      return entry.body_bytes_max;
    }
  }
  return 0;
}

boost::asio::awaitable<Response> Router::act(const Entry& entry, Request& request) {
  if (decode_placeholders(entry.segments, request_segments_, request)) return entry.action(request);
  const Problem problem{.error = ErrorCode::invalid_request,
                        .code = {},
                        .detail = "The path holds a malformed percent-encoding."};
  return answer(problem_response(problem, request.request_id()));
}

boost::asio::awaitable<Response> Router::answer(Response response) { co_return response; }

void Router::add(std::string_view method, std::string_view pattern, std::size_t body_bytes_max,
                 Action action) {
  std::vector<std::string_view> segments;
  split_path(pattern, segments);
  Entry entry;
  entry.method = method;
  entry.segments.assign(segments.begin(), segments.end());
  entry.body_bytes_max = body_bytes_max;
  entry.action = std::move(action);
  entries_.push_back(std::move(entry));
}

}  // namespace tollgate::http
