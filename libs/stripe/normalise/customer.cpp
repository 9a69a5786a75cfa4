// SPDX-License-Identifier: Apache-2.0
#include "stripe/normalise/kinds.hpp"

namespace tollgate::stripe {

// The full object of `customer.deleted` does not say that it is deleted: normalise.cpp does.
Customer read_customer(const Fields& from) {
  return {.id = from.id(),
          .user_id = from.metadata("user_id"),
          .email = from.text("email"),
          .deleted = from.flag("deleted")};
}

}  // namespace tollgate::stripe
