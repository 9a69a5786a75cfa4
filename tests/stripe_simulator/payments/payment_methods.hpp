// SPDX-License-Identifier: Apache-2.0
// /v1/payment_methods, Stripe's test tokens, and how each of them behaves when it is charged.
#pragma once

#include <optional>

#include "stripe_simulator/api/operation.hpp"
#include "stripe_simulator/payments/test_methods.hpp"

namespace tollgate::simulator {

Operations payment_method_operations();

/// The object's id. A test token, `pm_card_visa`, becomes a new object each time; any other text
/// stays what it is.
std::string resolve_payment_method(World& world, std::string_view id_or_token);

Behaviour behaviour_of(const World& world, std::string_view payment_method);
/// The error of a method that declines, also of one that does so after authentication; nothing for
/// the others.
std::optional<ApiError> decline_of_method(const World& world, std::string_view payment_method);
/// The buyer has passed authentication with it.
void note_authentication(World& world, const std::string& payment_method);
/// Likewise, and before there is a payment: the next charge asks no more.
void authenticate_ahead(World& world, const std::string& payment_method);
/// Whether that was done; it counts for one charge.
bool take_authentication(World& world, const std::string& payment_method);

/// Why it cannot be attached to the customer: declined, another customer's, or used up. Changes
/// nothing; nothing is returned when it can be.
std::optional<ApiError> refusal_to_attach(const World& world, std::string_view id_or_token,
                                          std::string_view customer);
/// Why it cannot pay for the customer (empty: a guest): unknown, another's, or used up. Nothing
/// when it can be tried.
std::optional<ApiError> refusal_to_use(const World& world, std::string_view id_or_token,
                                       std::string_view customer);
/// 400 for `payment_method_types`, which no intent takes since 2026-09-30.
std::optional<ApiError> refusal_of_types(const Json& parameters);
/// The id of what is now attached; payment_method.attached unless it was before.
std::string attach_payment_method(World& world, std::string_view id_or_token,
                                  std::string_view customer);

}  // namespace tollgate::simulator
