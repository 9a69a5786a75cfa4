// SPDX-License-Identifier: Apache-2.0
#include "stripe/api_answer.hpp"

#include <utility>

#include "http/http_date.hpp"
#include "stripe/json_document.hpp"

namespace tollgate::stripe {
namespace {

constexpr std::size_t json_depth_max = 64;
constexpr unsigned too_many_requests = 429;

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

bool may_have_begun(http::ClientFault fault) {
  switch (fault) {
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
                     .may_have_begun = response.status != too_many_requests || response.sent_twice};
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

Answered answer_of(Sent sent) {
  if (sent) return answer_of(*std::move(sent));
  ApiFailure failure;
  failure.may_have_begun = may_have_begun(sent.error());
  failure.fault = fault_of(sent.error());
  failure.type = to_string(sent.error());
  return failure;
}

bool may_retry(const Sent& sent, const ApiFailure& failure) {
  const std::string_view told = sent ? sent->header("Stripe-Should-Retry") : std::string_view{};
  if (told == "true" || told == "false") return told == "true";
  return failure.fault == ApiFault::unreachable || failure.fault == ApiFault::in_conflict ||
         failure.fault == ApiFault::rate_limited || failure.fault == ApiFault::unavailable;
}

}  // namespace tollgate::stripe
