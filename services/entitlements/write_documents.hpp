// SPDX-License-Identifier: Apache-2.0
// Steps 4 to 6 of the one transaction, the same for every writer: bind owners to users, lock the
// users, only then read their facts, derive, and keep the documents that changed.
#pragma once

#include "apply_facts.hpp"
#include "base/clock.hpp"
#include "catalog.hpp"
#include "entitlements_store.hpp"

namespace tollgate::entitlements {

struct WrittenDocuments {
  std::size_t changed = 0;
  std::size_t alerts = 0;  ///< derive's: decided, but not with full knowledge
};

/// The owners of `facts` are locked. Throws StoreAway when a document was written under a newer
/// catalogue: this instance is the older one and must not write.
WrittenDocuments write_documents(EntitlementsTransaction& transaction, const AppliedFacts& facts,
                                 const Catalog& catalog, Time now);

}  // namespace tollgate::entitlements
