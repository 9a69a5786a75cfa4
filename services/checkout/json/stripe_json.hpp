// SPDX-License-Identifier: Apache-2.0
// Stripe's answers -> billing.hpp. Missing members and such of a wrong type read as absent: what is
// needed and absent shows as an empty id. Events are read by libs/stripe/normalise.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "checkout/domain/billing.hpp"

namespace tollgate::checkout {

/// Of one page of a list.
template <class T>
struct Page {
  std::vector<T> elements;
  bool has_more = false;
};

std::string read_id(std::string_view answer);
/// Of an object that is a stub by now.
bool read_deleted(std::string_view answer);
/// The member `url`.
std::string read_url(std::string_view answer);
Session read_session(std::string_view answer);
Page<Session> read_sessions(std::string_view answer);
Subscription read_subscription(std::string_view answer);
Page<Subscription> read_subscriptions(std::string_view answer);
Payment read_payment(std::string_view answer);
Preview read_preview(std::string_view answer);
Page<FoundCustomer> read_customers(std::string_view answer);
std::vector<FoundPrice> read_prices(std::string_view answer);
/// Ids of the payment intents in a list of invoice payments.
std::vector<std::string> read_payment_intents(std::string_view answer);

}  // namespace tollgate::checkout
