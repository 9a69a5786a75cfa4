// SPDX-License-Identifier: Apache-2.0
// Steps 4 to 6 of the one transaction, the same for every writer: bind owners to users, lock the
// users, only then read their facts, derive, and keep the documents that changed.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "entitlements/apply/apply_facts.hpp"
#include "entitlements/domain/catalog.hpp"
#include "entitlements/domain/derive.hpp"
#include "entitlements/entitlements_store.hpp"

namespace tollgate::entitlements {

struct WrittenDocuments {
  std::size_t changed = 0;
  std::vector<Alert> alerts;  ///< decided, but not with full knowledge
};

/// The owners of `facts` are locked. `because`: of changes in what is granted. Throws StoreAway
/// when an instance with a newer catalogue has begun to write: this one is the older and must not.
WrittenDocuments write_documents(EntitlementsTransaction& transaction, const AppliedFacts& facts,
                                 const Catalog& catalog, Time now,
                                 ChangeCause because = ChangeCause::event);

/// The same for users of whom no fact is new. `user_ids` are sorted.
WrittenDocuments write_documents_of(EntitlementsTransaction& transaction,
                                    std::span<const std::string> user_ids, const Catalog& catalog,
                                    Time now, ChangeCause because);

}  // namespace tollgate::entitlements
