// SPDX-License-Identifier: Apache-2.0
#include "stripe/normalise/kinds.hpp"

namespace tollgate::stripe {

PriceReference read_price(const Fields& item) {
  PriceReference it{.price = item.reference("price"), .product = {}, .lookup_key = {}};
  const std::string_view place = it.price.empty() ? "plan" : "price";
  const Fields price = item.expanded(place);
  if (it.price.empty()) it.price = item.reference("plan");
  it.product = price.reference("product");
  it.lookup_key = price.text("lookup_key");
  return it;
}

}  // namespace tollgate::stripe
