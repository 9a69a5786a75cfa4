// SPDX-License-Identifier: Apache-2.0
// What a customer has already and how it stands in the way of a purchase: nobody pays twice for one
// thing. All plans of the catalogue are one group: a user has one of them at a time.
#pragma once

#include <string_view>
#include <vector>

#include "checkout/domain/billing.hpp"
#include "checkout/domain/catalog.hpp"
#include "checkout/domain/failure.hpp"

namespace tollgate::checkout {

/// The plan that the subscription is for. Null: it sells nothing of the catalogue.
const Plan* plan_of(const Catalog& catalog, const Subscription& subscription);

/// Active, trialing, past_due, unpaid or paused: it costs or will cost money.
bool is_live(const Subscription& subscription);

/// The live subscription of the catalogue's plans that counts: an active or trialing one before one
/// that owes or is paused, then the oldest. Null where nothing is in the way.
const Subscription* blocking(const Catalog& catalog, const std::vector<Subscription>& held);

/// Those of the catalogue's plans whose first payment is not through.
std::vector<const Subscription*> incomplete(const Catalog& catalog,
                                            const std::vector<Subscription>& held);

/// The live ones of the catalogue's plans but for blocking(), which is the one to keep.
std::vector<const Subscription*> doubles(const Catalog& catalog,
                                         const std::vector<Subscription>& held);

/// Created after that one: whoever had that one bought it too.
bool is_later(const Subscription& subscription, const Subscription& than);

/// 409 with the subscription, and what to ask for instead.
Failure already_subscribed(const Subscription& subscription);

/// 409 with the subscription whose first payment is under way.
Failure payment_processing(const Subscription& subscription);

/// 409: what the customer has changes under our eyes.
Failure too_much_going_on();

/// The open session that was made for this request; null: there is none.
const Session* same_request(const std::vector<Session>& open, std::string_view request);

}  // namespace tollgate::checkout
