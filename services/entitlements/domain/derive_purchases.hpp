// SPDX-License-Identifier: Apache-2.0
// Completed Checkout sessions -> grants of what was bought once.
// Plans that renew are derive_subscriptions.hpp's; derive.hpp puts both together.
#pragma once

#include "entitlements/domain/catalog.hpp"
#include "entitlements/domain/derive.hpp"
#include "entitlements/domain/payments.hpp"
#include "entitlements/domain/user_facts.hpp"

namespace tollgate::entitlements {

/// Appends to `derived`, in the order of the facts.
void derive_purchases(const UserFacts& facts, const Catalog& catalog, const Payments& payments,
                      Derived& derived);

/// By which the sessions that count were paid, those of invoices left out.
std::vector<PaymentName> payments_of_sessions(const UserFacts& facts, const Catalog& catalog);

}  // namespace tollgate::entitlements
