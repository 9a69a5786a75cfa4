// SPDX-License-Identifier: Apache-2.0
#include "stripe/normalise/kinds.hpp"

namespace tollgate::stripe {

Refund read_refund(const Fields& from) {
  return {.id = from.id(),
          .charge = from.reference("charge"),
          .payment_intent = from.reference("payment_intent"),
          .customer = from.customer(),
          .amount = from.integer("amount"),
          .currency = from.text("currency"),
          .status = from.text("status"),
          .created = from.time("created")};
}

}  // namespace tollgate::stripe
