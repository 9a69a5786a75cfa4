// SPDX-License-Identifier: Apache-2.0
#include "http/response_text.hpp"

#include <algorithm>
#include <charconv>

namespace tollgate::http {
namespace {

/// RFC 9110 section 15; a client goes by the number, so an unnamed one is no fault.
std::string_view reason_phrase(unsigned status) {
  switch (status) {
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 303: return "See Other";
    case 304: return "Not Modified";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 402: return "Payment Required";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 413: return "Content Too Large";
    case 415: return "Unsupported Media Type";
    case 422: return "Unprocessable Content";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 502: return "Bad Gateway";
    case 503: return "Service Unavailable";
    default: return "";
  }
}

void append_number(std::string& text, std::size_t number) {
  char digits[20];
  const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  text.append(digits, end);
}

void append_header(std::string& text, std::string_view name, std::string_view value) {
  constexpr std::string_view forbidden{"\r\n\0", 3};
  if (name.find_first_of(forbidden) != std::string_view::npos) return;
  if (value.find_first_of(forbidden) != std::string_view::npos) return;
  text.append(name).append(": ").append(value).append("\r\n");
}

bool has_date(const Response& response) {
  return std::any_of(response.headers.begin(), response.headers.end(),
                     [](const auto& header) { return header.first == "Date"; });
}

/// RFC 9110 section 8.6.
bool may_have_body(unsigned status) { return status >= 200 && status != 204 && status != 304; }

}  // namespace

std::string_view head_text(const Response& response, const AnswerTraits& traits,
                           std::string& scratch) {
  scratch.assign("HTTP/1.1 ");
  append_number(scratch, response.status);
  scratch.append(1, ' ').append(reason_phrase(response.status));
  scratch.append("\r\n");
  if (!has_date(response)) append_header(scratch, "Date", traits.date);
  if (!response.content_type.empty()) {
    append_header(scratch, "Content-Type", response.content_type);
  }
  if (may_have_body(response.status)) {
    scratch.append("Content-Length: ");
    append_number(scratch, response.body.size());
    scratch.append("\r\n");
  }
  for (const auto& [name, value] : response.headers) append_header(scratch, name, value);
  if (!traits.request_id.empty()) append_header(scratch, "X-Request-Id", traits.request_id);
  if (!traits.keep_alive) {
    scratch.append("Connection: close\r\n");
  } else if (traits.to_http_1_0) {
    scratch.append("Connection: keep-alive\r\n");
  }
  return scratch.append("\r\n");
}

std::string_view body_text(const Response& response, const AnswerTraits& traits) {
  if (traits.to_head || !may_have_body(response.status)) return {};
  return response.body;
}

}  // namespace tollgate::http
