// SPDX-License-Identifier: Apache-2.0
// Why a request was not done, in words that its sender may read. http_api.cpp turns it into a
// problem document; what Stripe said is turned into it by send_request.hpp.
#pragma once

#include <string>

#include "base/result.hpp"

namespace tollgate::checkout {

enum class Fault {
  unprocessable,   ///< 422: the request asks for what is not there or not allowed
  conflict,        ///< 409
  not_found,       ///< 404: also what belongs to another user
  card_declined,   ///< 402: `code` and `decline_code` are Stripe's
  stripe_away,     ///< 503: ask again after `retry_after_s`
  stripe_refused,  ///< 502: asking again cannot help, an operator must look
  superseded,      ///< 409: another request of the same user took its place
  fate_unknown,    ///< 503: what became of a call has to be looked up at Stripe first
  customer_gone,   ///< 503: the user's customer was deleted at Stripe, the next round makes another
};

struct Failure {
  Fault fault = Fault::unprocessable;
  std::string code;    ///< stable snake_case
  std::string detail;  ///< of card errors Stripe's message, which is meant for people
  std::string decline_code = {};
  std::string subscription = {};  ///< the one that is in the way
  std::string call = {};          ///< what to ask for instead, `PATCH /v1/subscriptions/sub_1`
  int retry_after_s = 1;
  bool is_missing = false;  ///< Stripe has no such object: one that the call was for, or named
};

template <class T>
using Outcome = Result<T, Failure>;

}  // namespace tollgate::checkout
