// SPDX-License-Identifier: Apache-2.0
// Subscriptions -> grants: status, period, grace, scheduled cancellation, refunds of the period.
// What was bought once is derive_purchases.hpp's; derive.hpp puts both together.
#pragma once

#include "entitlements/domain/catalog.hpp"
#include "entitlements/domain/derive.hpp"
#include "entitlements/domain/payments.hpp"
#include "entitlements/domain/user_facts.hpp"

namespace tollgate::entitlements {

/// Appends to `derived`, in the order of the facts.
void derive_subscriptions(const UserFacts& facts, const Catalog& catalog, const Payments& payments,
                          Derived& derived);

}  // namespace tollgate::entitlements
