// SPDX-License-Identifier: Apache-2.0
#include "stripe_simulator/api/api_error.hpp"

namespace tollgate::simulator {
namespace {

std::string_view name_of(ErrorType type) {
  switch (type) {
    case ErrorType::invalid_request_error: return "invalid_request_error";
    case ErrorType::card_error: return "card_error";
    case ErrorType::idempotency_error: return "idempotency_error";
    case ErrorType::api_error: break;
  }
  return "api_error";
}

std::string_view message_of_card_error(std::string_view code, std::string_view decline_code) {
  if (decline_code == "insufficient_funds") return "Your card has insufficient funds.";
  if (code == "authentication_required") {
    return "Your card was declined. This transaction requires authentication.";
  }
  if (code == "expired_card") return "Your card has expired.";
  if (code == "incorrect_cvc") return "Your card's security code is incorrect.";
  if (code == "incorrect_number") return "Your card number is incorrect.";
  if (code == "invalid_expiry_month") return "Your card's expiration month is invalid.";
  if (code == "invalid_expiry_year") return "Your card's expiration year is invalid.";
  if (code == "payment_intent_authentication_failure" ||
      code == "setup_intent_authentication_failure") {
    return "We are unable to authenticate your payment method. Please choose a different payment "
           "method and try again.";
  }
  if (code == "processing_error") {
    return "An error occurred while processing your card. Try again in a little bit.";
  }
  return "Your card was declined.";
}

}  // namespace

Json error_body(const ApiError& error, std::string_view request_id) {
  Json body = Json::object();
  if (!error.code.empty()) {
    body["code"] = error.code;
    body["doc_url"] = "https://docs.stripe.com/error-codes#" + error.code;
  }
  if (!error.decline_code.empty()) body["decline_code"] = error.decline_code;
  body["message"] = error.message;
  if (!error.param.empty()) body["param"] = error.param;
  merge(body, error.further);
  if (!request_id.empty()) {
    body["request_log_url"] =
        "https://dashboard.stripe.com/test/workbench/logs?object=" + std::string{request_id};
  }
  body["type"] = name_of(error.type);
  return Json::object({{"error", body}});
}

ApiError invalid(std::string_view param, std::string_view code, std::string message) {
  ApiError error;
  error.code = code;
  error.param = param;
  error.message = std::move(message);
  return error;
}

ApiError missing_parameter(std::string_view param) {
  return invalid(param, "parameter_missing", "Missing required param: " + std::string{param} + ".");
}

ApiError no_such(std::string_view kind, std::string_view id, std::string_view param) {
  ApiError error = invalid(param, "resource_missing",
                           "No such " + std::string{kind} + ": '" + std::string{id} + "'");
  // What the path names is not found; what a parameter names makes the request a bad one.
  if (param == "id") error.status = 404;
  return error;
}

ApiError card_error(std::string_view code, std::string_view decline_code) {
  ApiError error;
  error.status = 402;
  error.type = ErrorType::card_error;
  error.code = code;
  error.decline_code = decline_code;
  error.message = message_of_card_error(code, decline_code);
  return error;
}

}  // namespace tollgate::simulator
