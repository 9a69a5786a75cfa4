// SPDX-License-Identifier: Apache-2.0
#include "http/request.hpp"

#include "base/clock.hpp"
#include "base/uuid.hpp"
#include "http/percent.hpp"

namespace tollgate::http {
namespace {

constexpr std::size_t request_id_chars_max = 64;

char lower(char letter) {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + ('a' - 'A')) : letter;
}

bool same_name(std::string_view left, std::string_view right) {
  if (left.size() != right.size()) return false;
  for (std::size_t i = 0; i < left.size(); ++i) {
    if (lower(left[i]) != lower(right[i])) return false;
  }
  return true;
}

/// Safe in a log line, a header and a URL alike.
bool is_safe_id(std::string_view text) {
  if (text.empty() || text.size() > request_id_chars_max) return false;
  for (const char letter : text) {
    const char folded = lower(letter);
    const bool safe = (folded >= 'a' && folded <= 'z') || (letter >= '0' && letter <= '9') ||
                      letter == '-' || letter == '_' || letter == '.';
    if (!safe) return false;
  }
  return true;
}

}  // namespace

std::string_view Request::header(std::string_view name) const {
  for (const auto& [sent, value] : headers) {
    if (same_name(sent, name)) return value;
  }
  return {};
}

std::size_t Request::header_count(std::string_view name) const {
  std::size_t count = 0;
  for (const auto& header : headers) count += same_name(header.first, name) ? 1 : 0;
  return count;
}

std::optional<std::string> Request::query_value(std::string_view name) const {
  std::string_view rest = query;
  while (!rest.empty()) {
    const auto end = rest.find('&');
    const std::string_view pair = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
    const auto equals = pair.find('=');
    const auto key = percent_decode(pair.substr(0, equals), Plus::space);
    if (key != name) continue;
    return percent_decode(
        equals == std::string_view::npos ? std::string_view{} : pair.substr(equals + 1),
        Plus::space);
  }
  return std::nullopt;
}

const std::string& Request::request_id() const {
  if (request_id_.empty()) request_id_ = known_request_id();
  if (request_id_.empty()) request_id_ = make_uuid_v7(SystemClock{}.now());
  return request_id_;
}

std::string_view Request::known_request_id() const {
  if (!request_id_.empty()) return request_id_;
  const std::string_view sent = header("X-Request-Id");
  return is_safe_id(sent) ? sent : std::string_view{};
}

void Request::clear() {
  method = target = path = query = body = {};
  headers.clear();
  path_values.clear();
  request_id_.clear();
}

}  // namespace tollgate::http
