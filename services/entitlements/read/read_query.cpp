// SPDX-License-Identifier: Apache-2.0
#include "entitlements/read/read_query.hpp"

#include <charconv>
#include <utility>

#include "base/utf8.hpp"
#include "entitlements/apply/find_reflected.hpp"
#include "entitlements/domain/bind.hpp"
#include "http/base64url.hpp"

namespace tollgate::entitlements {
namespace {

// Longer than any that is handed out: two texts of 255 characters, escaped.
constexpr std::size_t cursor_bytes_max = 4'096;
constexpr std::int64_t created_max_s = 253'402'300'800;  // year 10000
constexpr char separator = '\x1f';

http::Problem unprocessable(std::string code, std::string detail) {
  return {http::ErrorCode::unprocessable, std::move(code), std::move(detail)};
}

bool is_named(const http::Request& request, std::string_view name) {
  std::string_view rest = request.query;
  while (!rest.empty()) {
    const std::string_view pair = rest.substr(0, rest.find('&'));
    if (pair.substr(0, pair.find('=')) == name) return true;
    rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
  }
  return false;
}

/// Empty when the parameter is not named; a malformed escape is not passed over in silence.
Asked<std::string> read_text(const http::Request& request, std::string_view name) {
  if (auto value = request.query_value(name)) return *std::move(value);
  if (!is_named(request, name)) return std::string{};
  return http::Problem{http::ErrorCode::invalid_request, "invalid_query",
                       "The query holds a malformed percent-encoding."};
}

Asked<std::size_t> read_limit(const http::Request& request, std::size_t rows_max) {
  const auto text = read_text(request, "limit");
  if (!text) return text.error();
  if (!is_named(request, "limit")) return std::min(page_rows_default, rows_max);
  const auto limit = read_number(*text);
  if (!limit || *limit < 1 || *limit > static_cast<std::int64_t>(rows_max)) {
    return unprocessable("invalid_limit",
                         "limit is a number from 1 to " + std::to_string(rows_max) + ".");
  }
  return static_cast<std::size_t>(*limit);
}

Asked<PageQuery> read_page(const http::Request& request, std::size_t rows_max) {
  const auto limit = read_limit(request, rows_max);
  if (!limit) return limit.error();
  auto cursor = read_text(request, "cursor");
  if (!cursor) return cursor.error();
  return PageQuery{*limit, *std::move(cursor)};
}

}  // namespace

Asked<PageQuery> read_page_query(const http::Request& request) {
  return read_page(request, page_rows_max);
}

Asked<ListQuery> read_list_query(const http::Request& request) {
  auto page = read_page_query(request);
  if (!page) return page.error();
  ListQuery query{*std::move(page), {}};
  for (const auto& [name, member] :
       {std::pair{"user_id", &ListFilter::user_id}, std::pair{"status", &ListFilter::status},
        std::pair{"plan", &ListFilter::plan}}) {
    auto text = read_text(request, name);
    if (!text) return text.error();
    if (text->empty() && is_named(request, name)) {
      return unprocessable("invalid_filter", "A filter is left out rather than empty.");
    }
    query.filter.*member = *std::move(text);
  }
  if (!query.filter.user_id.empty() && !is_user_id(query.filter.user_id)) {
    return invalid_user_id;
  }
  return query;
}

Asked<LettersQuery> read_letters_query(const http::Request& request) {
  for (const char* name : {"user_id", "status", "plan"}) {
    if (is_named(request, name)) {
      return unprocessable("invalid_filter", "A dead letter has no user, status or plan.");
    }
  }
  const auto include = read_text(request, "include");
  if (!include) return include.error();
  if (!include->empty() && *include != "body") {
    return unprocessable("invalid_include", "include can only be body.");
  }
  const bool with_body = !include->empty();
  auto page = read_page(request, with_body ? letters_with_body_max : page_rows_max);
  if (!page) return page.error();
  return LettersQuery{*std::move(page), with_body ? letter_body_bytes_max : 0};
}

Asked<std::optional<WaitQuery>> read_wait_query(const http::Request& request) {
  if (request.query.empty()) return std::optional<WaitQuery>{};
  auto id = read_text(request, "wait_for");
  if (!id) return id.error();
  if (!is_named(request, "wait_for")) return std::optional<WaitQuery>{};
  if (!is_awaitable_id(*id)) {
    return unprocessable("invalid_wait_for",
                         "wait_for is the id of a Checkout session, a subscription or an event: "
                         "cs_…, sub_…, evt_….");
  }
  WaitQuery query;
  query.id = *std::move(id);
  const auto timeout = read_text(request, "timeout_s");
  if (!timeout) return timeout.error();
  if (!is_named(request, "timeout_s")) return std::optional{std::move(query)};
  const auto seconds = read_number(*timeout);
  if (!seconds || *seconds < 1 || *seconds > wait_max.count()) {
    return unprocessable("invalid_timeout", "timeout_s is a number of seconds from 1 to 30.");
  }
  query.timeout = std::chrono::seconds{*seconds};
  return std::optional{std::move(query)};
}

Asked<std::optional<Time>> read_time_query(const http::Request& request) {
  const auto text = read_text(request, "at");
  if (!text) return text.error();
  if (!is_named(request, "at")) return std::optional<Time>{};
  const auto time = parse_rfc3339(*text);
  if (time) return std::optional{*time};
  return unprocessable("invalid_time",
                       "at is a time of RFC 3339, as 2026-11-21T04:00:00Z; a + is written %2B.");
}

std::string cursor_of(std::string_view list, const std::vector<std::string>& parts) {
  std::string text{list};
  for (const std::string& part : parts) text.append(1, separator).append(part);
  return http::encode_base64url(text);
}

std::optional<std::vector<std::string>> read_cursor(std::string_view list, std::string_view cursor,
                                                    std::size_t parts) {
  if (cursor.size() > cursor_bytes_max) return std::nullopt;
  const auto decoded = http::decode_base64url(cursor);
  if (!decoded || !is_storable(*decoded)) return std::nullopt;
  std::vector<std::string> found;
  std::string_view rest = *decoded;
  while (true) {
    const auto end = rest.find(separator);
    found.emplace_back(rest.substr(0, end));
    if (end == std::string_view::npos) break;
    rest.remove_prefix(end + 1);
  }
  if (found.size() != parts + 1 || found.front() != list) return std::nullopt;
  found.erase(found.begin());
  return found;
}

std::string cursor_of(std::string_view list, const ObjectPlace& place) {
  return cursor_of(list, {std::to_string(to_unix_seconds(place.created)), place.key.account,
                          place.key.livemode ? "live" : "test", place.key.id});
}

std::optional<ObjectPlace> read_object_place(std::string_view list, std::string_view cursor) {
  auto parts = read_cursor(list, cursor, 4);
  if (!parts) return std::nullopt;
  const auto created = read_number(parts->front());
  const bool livemode = (*parts)[2] == "live";
  if (!created || *created < 0 || *created > created_max_s) return std::nullopt;
  if (!livemode && (*parts)[2] != "test") return std::nullopt;
  return ObjectPlace{from_unix_seconds(*created),
                     {std::move((*parts)[1]), livemode, std::move((*parts)[3])}};
}

std::optional<std::int64_t> read_number(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = !text.empty() && end == text.data() + text.size();
  if (error != std::errc{} || !whole) return std::nullopt;
  return number;
}

}  // namespace tollgate::entitlements
