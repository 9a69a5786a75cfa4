// SPDX-License-Identifier: Apache-2.0
// Stripe's test cards and accounts as a table: tokens, numbers, and what each of them does. Objects
// made of them are payment_methods.hpp's.
#pragma once

#include <string_view>

namespace tollgate::simulator {

/// What a charge of it comes to.
enum class Behaviour {
  succeeds,
  declines,
  needs_authentication,
  needs_authentication_once,  ///< not again after the buyer has passed it
  settles,                    ///< a delayed method: processing, then the money
  fails_to_settle,            ///< processing, then none
};

constexpr bool asks_buyer(Behaviour behaviour) {
  return behaviour == Behaviour::needs_authentication ||
         behaviour == Behaviour::needs_authentication_once;
}

/// docs.stripe.com/testing
struct TestMethod {
  std::string_view token;
  std::string_view number;
  std::string_view brand;  ///< of a card; else the type, `us_bank_account`
  Behaviour behaviour = Behaviour::succeeds;
  std::string_view decline_code{};  ///< one that needs authentication is declined after it
  bool attaches = true;
  std::string_view code = "card_declined";  ///< of the error, for one that is declined
};

/// Null for a token that there is not: `pm_card_visa`, or `tok_visa` for cards.
const TestMethod* find_test_method(std::string_view token);
/// By the number of a card, or of an account.
const TestMethod* find_test_number(std::string_view number);

}  // namespace tollgate::simulator
