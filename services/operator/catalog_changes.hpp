// SPDX-License-Identifier: Apache-2.0
// What must change at Stripe so that it sells what the catalogue says: pure, a list of POSTs with a
// line for people each. Who asks, shows and sends is apply_catalog.hpp.
#pragma once

#include <string>
#include <vector>

#include "operator/sold_products.hpp"
#include "operator/stripe_objects.hpp"
#include "stripe/form.hpp"

namespace tollgate::operations {

enum class ChangeKind { create, update, retire };

struct CatalogChange {
  ChangeKind kind = ChangeKind::create;
  std::string entry;  ///< of the catalogue, with Stripe's product: `plan gold, prod_1`
  std::string text;   ///< what changes, for people
  std::string path;   ///< of the POST
  stripe::Form form;
};

/// Marks the prices that are the catalogue's, so that one that lost its lookup key to a successor
/// is still known and retired, however the run before ended.
inline constexpr const char* price_mark = "tollgate_lookup_key";

/// In the order in which they can be sent. `products`: those of the catalogue that exist. `prices`:
/// those that hold a lookup key of the catalogue, active or not, and the active ones of its
/// products; one may stand there twice. Prices that the catalogue does not name and never made are
/// left as they are.
std::vector<CatalogChange> find_catalog_changes(const std::vector<SoldProduct>& sold,
                                                const std::vector<FoundProduct>& products,
                                                const std::vector<FoundPrice>& prices);

}  // namespace tollgate::operations
