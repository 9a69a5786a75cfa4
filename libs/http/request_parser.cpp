// SPDX-License-Identifier: Apache-2.0
#include "http/request_parser.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>

#include <algorithm>
#include <cstring>
#include <limits>

namespace tollgate::http {
namespace {

namespace beast = boost::beast;

constexpr RequestFault malformed{ErrorCode::invalid_request, "malformed",
                                 "The request is not well-formed HTTP/1.1."};
constexpr RequestFault bad_version{ErrorCode::invalid_request, "version",
                                   "Only HTTP/1.0 and HTTP/1.1 are spoken here."};
constexpr RequestFault bad_host{ErrorCode::invalid_request, "host",
                                "A request must carry exactly one valid Host header."};
constexpr RequestFault bad_length{ErrorCode::invalid_request, "content_length",
                                  "Content-Length must be sent once, as a plain number."};
constexpr RequestFault bad_encoding{ErrorCode::not_implemented, "transfer_encoding",
                                    "The only transfer encoding known here is `chunked`."};
constexpr RequestFault two_framings{ErrorCode::invalid_request, "two_framings",
                                    "Send Content-Length or Transfer-Encoding, once, and chunks "
                                    "with HTTP/1.1 only."};
constexpr RequestFault bad_target{ErrorCode::invalid_request, "target",
                                  "The request target must be a path or an http URL."};
std::string_view text_of(beast::string_view text) { return {text.data(), text.size()}; }

/// RFC 3986 reg-name, IP literal and port; the comma of two Hosts merged into one is refused.
bool is_host_char(char letter) {
  return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
         (letter >= '0' && letter <= '9') ||
         std::string_view{"-._~%!$&'()*+;=:[]"}.find(letter) != std::string_view::npos;
}

bool all_digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool same_ignoring_case(std::string_view text, std::string_view lower_case) {
  return std::equal(text.begin(), text.end(), lower_case.begin(), lower_case.end(),
                    [](char left, char right) { return (left | 0x20) == right; });
}

const RequestFault* fault_of(const boost::system::error_code& failure) {
  using beast::http::error;
  if (failure == error::bad_content_length || failure == error::multiple_content_length) {
    return &bad_length;
  }
  if (failure == error::bad_transfer_encoding) return &two_framings;
  if (failure == error::bad_version) return &bad_version;
  if (failure == error::bad_target) return &bad_target;
  return &malformed;
}

}  // namespace

HeadScan scan_head(std::string_view bytes, std::size_t& line_begin) {
  while (line_begin < bytes.size()) {
    const std::string_view line = bytes.substr(line_begin);
    if (line_begin > 0 && (line.front() == ' ' || line.front() == '\t')) return {0, false};
    const auto* end = static_cast<const char*>(std::memchr(line.data(), '\n', line.size()));
    if (end == nullptr) return {};
    const auto length = static_cast<std::size_t>(end - line.data());
    if (length == 0 || end[-1] != '\r') return {0, false};
    line_begin += length + 1;
    if (length == 1) return {line_begin, true};
  }
  return {};
}

RequestParser::RequestParser(Request& request) : request_(request) {
  // Sizes are judged by request_reader.cpp, before a byte comes here.
  header_limit(std::numeric_limits<std::uint32_t>::max());
  this->body_limit(boost::none);
}

const RequestFault* RequestParser::read_head(std::string_view head) {
  Error failure;
  const std::size_t used = put(boost::asio::const_buffer{head.data(), head.size()}, failure);
  if (failure) return fault_of(failure);
  if (used != head.size() || !is_header_done()) return &malformed;
  if (const auto* fault = judge_framing()) return fault;
  if (const auto* fault = judge_host()) return fault;
  return split_target();
}

void RequestParser::on_request_impl(Verb, View method, View target, int version, Error&) {
  request_.method = text_of(method);
  request_.target = text_of(target);
  version_ = version;
}

void RequestParser::on_field_impl(Field field, View name, View value, Error&) {
  const std::string_view text = text_of(value);
  request_.headers.emplace_back(text_of(name), text);
  switch (field) {
    case Field::host:
      ++hosts_;
      host_ = text;
      break;
    case Field::content_length:
      ++content_lengths_;
      content_length_ = text;
      break;
    case Field::transfer_encoding:
      ++transfer_encodings_;
      transfer_encoding_ = text;
      break;
    case Field::expect: expects_continue_ = same_ignoring_case(text, "100-continue"); break;
    default: break;
  }
}

const RequestFault* RequestParser::judge_framing() const {
  if (transfer_encodings_ > 0) {
    // Exactly so, and once: what a proxy in front might read differently is not read at all.
    if (transfer_encodings_ > 1 || transfer_encoding_ != "chunked") return &bad_encoding;
    if (content_lengths_ > 0 || version_ < 11) return &two_framings;
    return nullptr;
  }
  if (content_lengths_ > 1) return &bad_length;
  if (content_lengths_ == 1 && !all_digits(content_length_)) return &bad_length;
  return nullptr;
}

const RequestFault* RequestParser::judge_host() const {
  if (hosts_ == 0) return version_ < 11 ? nullptr : &bad_host;
  if (hosts_ > 1 || !std::all_of(host_.begin(), host_.end(), is_host_char)) return &bad_host;
  return nullptr;
}

/// RFC 9112 section 3.2: origin-form, absolute-form (its authority stands for Host and is not used
/// here), `*` for OPTIONS. CONNECT's authority-form is for proxies.
const RequestFault* RequestParser::split_target() {
  std::string_view target = request_.target;
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!same_ignoring_case(target.substr(0, scheme.size()), scheme)) continue;
    const auto authority_end = std::min(target.find_first_of("/?", scheme.size()), target.size());
    const auto authority = target.substr(scheme.size(), authority_end - scheme.size());
    if (authority.empty() || !std::all_of(authority.begin(), authority.end(), is_host_char)) {
      return &bad_target;
    }
    target.remove_prefix(authority_end);
    if (!target.starts_with('/')) {
      request_.path = "/";
      request_.query = target.empty() ? target : target.substr(1);
      return nullptr;
    }
  }
  const bool whole_server = target == "*" && request_.method == "OPTIONS";
  if (!whole_server && !target.starts_with('/')) return &bad_target;
  if (target.find('#') != std::string_view::npos) return &bad_target;
  const auto question = std::min(target.find('?'), target.size());
  request_.path = target.substr(0, question);
  request_.query = target.substr(std::min(question + 1, target.size()));
  return nullptr;
}

}  // namespace tollgate::http
