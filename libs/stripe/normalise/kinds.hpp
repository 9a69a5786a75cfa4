// SPDX-License-Identifier: Apache-2.0
// The reader of each kind of object, one file a kind; normalise.cpp chooses among them.
// To normalise an event use normalise.hpp.
#pragma once

#include "stripe/normalise/fields.hpp"
#include "stripe/objects.hpp"

namespace tollgate::stripe {

Customer read_customer(const Fields& from);
Subscription read_subscription(const Fields& from);
Invoice read_invoice(const Fields& from);
InvoicePayment read_invoice_payment(const Fields& from);
CheckoutSession read_checkout_session(const Fields& from);
PaymentIntent read_payment_intent(const Fields& from);
Charge read_charge(const Fields& from);
Refund read_refund(const Fields& from);
Dispute read_dispute(const Fields& from);

/// A price as line items and subscription items name it.
struct PriceReference {
  std::string price;
  std::string product;
  std::string lookup_key;
};
/// `price`, else the older `plan`; each an id or the object.
PriceReference read_price(const Fields& item);

}  // namespace tollgate::stripe
