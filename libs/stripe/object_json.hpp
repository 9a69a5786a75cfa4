// SPDX-License-Identifier: Apache-2.0
// The stored text of a normalised object, and the way back. It is Tollgate's own shape: for
// Stripe's JSON use normalise/normalise.hpp.
//
// The text is canonical: equal objects have equal texts. It is, byte for byte, what PostgreSQL
// prints for the same value stored as jsonb (its key order, `": "` and `", "`, its escapes), so a
// text read back from the database compares as it is. Times are Unix seconds. What is absent, false
// or an empty list is left out.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "stripe/objects.hpp"

namespace tollgate::stripe {

std::string to_json(const Customer& object);
std::string to_json(const Subscription& object);
std::string to_json(const Invoice& object);
std::string to_json(const InvoicePayment& object);
std::string to_json(const CheckoutSession& object);
std::string to_json(const PaymentIntent& object);
std::string to_json(const Charge& object);
std::string to_json(const Refund& object);
std::string to_json(const Dispute& object);
std::string to_json(const Object& object);

/// Why a text is not the state of such an object: it was written by something else.
enum class StateFault { not_json, wrong_type };
std::string_view to_string(StateFault fault);

/// Reads what to_json wrote, keys in any order; unknown keys are passed over, so that an older
/// release can read a newer one's rows. Any thread: each keeps its own parser.
Result<Object, StateFault> object_from_json(ObjectKind kind, std::string_view text);

/// The same where the kind is known while compiling: `object_from_json<Subscription>(text)`.
template <class T>
Result<T, StateFault> object_from_json(std::string_view text);

extern template Result<Customer, StateFault> object_from_json<Customer>(std::string_view);
extern template Result<Subscription, StateFault> object_from_json<Subscription>(std::string_view);
extern template Result<Invoice, StateFault> object_from_json<Invoice>(std::string_view);
extern template Result<InvoicePayment, StateFault> object_from_json<InvoicePayment>(
    std::string_view);
extern template Result<CheckoutSession, StateFault> object_from_json<CheckoutSession>(
    std::string_view);
extern template Result<PaymentIntent, StateFault> object_from_json<PaymentIntent>(std::string_view);
extern template Result<Charge, StateFault> object_from_json<Charge>(std::string_view);
extern template Result<Refund, StateFault> object_from_json<Refund>(std::string_view);
extern template Result<Dispute, StateFault> object_from_json<Dispute>(std::string_view);

}  // namespace tollgate::stripe
