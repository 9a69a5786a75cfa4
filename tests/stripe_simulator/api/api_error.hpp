// SPDX-License-Identifier: Apache-2.0
// Stripe's error objects (docs.stripe.com/api/errors), and the makers of those that several
// operations share. Faults of the simulator's own control routes are problem documents.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "stripe_simulator/world/json.hpp"

namespace tollgate::simulator {

enum class ErrorType { invalid_request_error, card_error, idempotency_error, api_error };

struct ApiError {
  ApiError() = default;  // No aggregate: a number must not become an error by its status.
  unsigned status = 400;
  ErrorType type = ErrorType::invalid_request_error;
  std::string code{};  ///< empty: none, as many of Stripe's errors have
  std::string message{};
  std::string param{};
  std::string decline_code{};
  Json further = Json::object();  ///< more members, e.g. the payment_intent of a decline
};

/// What an operation gives: an answer, or the error that Stripe's client sees.
template <class T>
using Outcome = Result<T, ApiError>;

/// `{"error": {…}}`.
Json error_body(const ApiError& error, std::string_view request_id);

/// 400 with the code and the parameter.
ApiError invalid(std::string_view param, std::string_view code, std::string message);
ApiError missing_parameter(std::string_view param);
/// 404 `resource_missing`; `kind` as Stripe's message says it, e.g. `customer`.
ApiError no_such(std::string_view kind, std::string_view id, std::string_view param = "id");
/// 402; `decline_code` empty for codes other than `card_declined`.
ApiError card_error(std::string_view code, std::string_view decline_code);

}  // namespace tollgate::simulator
