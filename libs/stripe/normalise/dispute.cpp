// SPDX-License-Identifier: Apache-2.0
#include "stripe/normalise/kinds.hpp"

namespace tollgate::stripe {

Dispute read_dispute(const Fields& from) {
  return {.id = from.id(),
          .charge = from.reference("charge"),
          .payment_intent = from.reference("payment_intent"),
          .status = from.text("status"),
          .amount = from.integer("amount"),
          .currency = from.text("currency"),
          .reason = from.text("reason"),
          .created = from.time("created")};
}

}  // namespace tollgate::stripe
