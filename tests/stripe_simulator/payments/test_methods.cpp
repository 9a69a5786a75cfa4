// SPDX-License-Identifier: Apache-2.0
#include "stripe_simulator/payments/test_methods.hpp"

#include <algorithm>
#include <iterator>
#include <string>

namespace tollgate::simulator {
namespace {

constexpr TestMethod test_methods[] = {
    {"pm_card_visa", "4242424242424242", "visa"},
    {"pm_card_visa_debit", "4000056655665556", "visa"},
    {"pm_card_mastercard", "5555555555554444", "mastercard"},
    {"pm_card_amex", "378282246310005", "amex"},
    {"pm_card_discover", "6011111111111117", "discover"},
    {"pm_card_diners", "3056930009020004", "diners"},
    {"pm_card_jcb", "3566002020360505", "jcb"},
    {"pm_card_unionpay", "6200000000000005", "unionpay"},
    {"pm_card_chargeDeclined", "4000000000000002", "visa", Behaviour::declines, "generic_decline",
     false},
    {"pm_card_visa_chargeDeclined", "4000000000000002", "visa", Behaviour::declines,
     "generic_decline", false},
    {"pm_card_chargeDeclinedInsufficientFunds", "4000000000009995", "visa", Behaviour::declines,
     "insufficient_funds", false},
    {"pm_card_visa_chargeDeclinedInsufficientFunds", "4000000000009995", "visa",
     Behaviour::declines, "insufficient_funds", false},
    {"pm_card_visa_chargeDeclinedLostCard", "4000000000009987", "visa", Behaviour::declines,
     "lost_card", false},
    {"pm_card_visa_chargeDeclinedStolenCard", "4000000000009979", "visa", Behaviour::declines,
     "stolen_card", false},
    {"pm_card_chargeDeclinedExpiredCard",
     "4000000000000069",
     "visa",
     Behaviour::declines,
     {},
     false,
     "expired_card"},
    {"pm_card_chargeDeclinedIncorrectCvc",
     "4000000000000127",
     "visa",
     Behaviour::declines,
     {},
     false,
     "incorrect_cvc"},
    {"pm_card_chargeDeclinedProcessingError",
     "4000000000000119",
     "visa",
     Behaviour::declines,
     {},
     false,
     "processing_error"},
    {"pm_card_chargeCustomerFail", "4000000000000341", "visa", Behaviour::declines,
     "generic_decline"},
    {"pm_card_authenticationRequired", "4000002760003184", "visa", Behaviour::needs_authentication},
    {"pm_card_authenticationRequiredOnSetup", "4000002500003155", "visa",
     Behaviour::needs_authentication_once},
    {"pm_card_authenticationRequiredChargeDeclinedInsufficientFunds", "4000008260003178", "visa",
     Behaviour::needs_authentication, "insufficient_funds"},
    {"pm_card_threeDSecure2Required", "4000000000003220", "visa", Behaviour::needs_authentication},
    {"pm_card_threeDSecureRequired", "4000000000003063", "visa", Behaviour::needs_authentication},
    {"pm_usBankAccount", "000123456789", "us_bank_account", Behaviour::settles},
    {"pm_usBankAccount_success", "000123456789", "us_bank_account", Behaviour::settles},
    {"pm_usBankAccount_insufficientFunds", "000222222227", "us_bank_account",
     Behaviour::fails_to_settle},
};

template <class Wanted>
const TestMethod* find(const Wanted& wanted) {
  const auto* const found = std::find_if(std::begin(test_methods), std::end(test_methods), wanted);
  return found == std::end(test_methods) ? nullptr : found;
}

}  // namespace

const TestMethod* find_test_method(std::string_view token) {
  constexpr std::string_view of_card = "tok_";
  std::string name{token};
  if (token.starts_with(of_card)) name.replace(0, of_card.size(), "pm_card_");
  return find([&](const TestMethod& method) { return method.token == name; });
}

const TestMethod* find_test_number(std::string_view number) {
  return find([&](const TestMethod& method) { return method.number == number; });
}

}  // namespace tollgate::simulator
