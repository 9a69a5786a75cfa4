// SPDX-License-Identifier: Apache-2.0
#include "stripe/normalise/kinds.hpp"

namespace tollgate::stripe {

InvoicePayment read_invoice_payment(const Fields& from) {
  const Fields payment = from.object("payment");
  return {.id = from.id(),
          .invoice = from.reference("invoice"),
          .payment_intent = payment.reference("payment_intent"),
          .charge = payment.reference("charge"),
          .status = from.text("status"),
          .amount_paid = from.integer("amount_paid"),
          .currency = from.text("currency"),
          .created = from.time("created")};
}

}  // namespace tollgate::stripe
