// SPDX-License-Identifier: Apache-2.0
#include "stripe/api_answer.hpp"

#include <gtest/gtest.h>

namespace tollgate::stripe {
namespace {

Sent status_of(unsigned status) {
  http::ClientResponse response;
  response.status = status;
  response.body = "{}";
  return response;
}

TEST(ApiAnswer, KnowsEveryKindOfStatus) {
  const struct {
    unsigned status;
    ApiFault fault;
    bool may_retry;
    bool may_have_begun;
  } rows[] = {
      {301, ApiFault::unreadable, false, true},   {400, ApiFault::bad_request, false, true},
      {401, ApiFault::unauthorized, false, true}, {402, ApiFault::card_declined, false, true},
      {403, ApiFault::unauthorized, false, true}, {404, ApiFault::not_found, false, true},
      {409, ApiFault::in_conflict, true, true},   {422, ApiFault::bad_request, false, true},
      {429, ApiFault::rate_limited, true, false}, {500, ApiFault::unavailable, true, true},
      {502, ApiFault::unavailable, true, true},   {503, ApiFault::unavailable, true, true},
      {504, ApiFault::unavailable, true, true},
  };
  for (const auto& row : rows) {
    const Sent sent = status_of(row.status);
    const Answered answered = answer_of(sent);
    ASSERT_TRUE(answered.has_error()) << row.status;
    EXPECT_EQ(answered.error().fault, row.fault) << row.status;
    EXPECT_EQ(answered.error().may_have_begun, row.may_have_begun) << row.status;
    EXPECT_EQ(may_retry(sent, answered.error()), row.may_retry) << row.status;
  }
}

TEST(ApiAnswer, KnowsEveryKindOfSilence) {
  using http::ClientFault;
  const struct {
    ClientFault sent;
    ApiFault fault;
    bool may_retry;
    bool may_have_begun;
  } rows[] = {
      {ClientFault::bad_request, ApiFault::bad_request, false, false},
      {ClientFault::too_busy, ApiFault::rate_limited, true, false},
      {ClientFault::cannot_resolve, ApiFault::unreachable, true, false},
      {ClientFault::cannot_connect, ApiFault::unreachable, true, false},
      {ClientFault::cannot_trust, ApiFault::untrusted, false, false},
      {ClientFault::no_answer, ApiFault::unreachable, true, true},
      {ClientFault::malformed_answer, ApiFault::unreadable, false, true},
      {ClientFault::answer_too_large, ApiFault::unreadable, false, true},
  };
  for (const auto& row : rows) {
    const Sent sent = row.sent;
    const ApiFailure failure = answer_of(sent).error();
    EXPECT_EQ(failure.fault, row.fault) << to_string(row.sent);
    EXPECT_EQ(failure.type, to_string(row.sent));
    EXPECT_EQ(failure.may_have_begun, row.may_have_begun) << to_string(row.sent);
    EXPECT_EQ(may_retry(sent, failure), row.may_retry) << to_string(row.sent);
  }
}

}  // namespace
}  // namespace tollgate::stripe
