// SPDX-License-Identifier: Apache-2.0
// Which questions to Stripe a batch raises, and which it settles. What a user's access lacks is
// told by derive.hpp; asking is resolve_objects.hpp's.
#pragma once

#include <vector>

#include "base/clock.hpp"
#include "entitlements/apply/apply_facts.hpp"
#include "entitlements/domain/catalog.hpp"
#include "entitlements/domain/derive.hpp"
#include "entitlements/domain/fetch.hpp"
#include "entitlements/read/find_facts.hpp"

namespace tollgate::entitlements {

struct Questions {
  std::vector<Question> raised;  ///< sorted by object and part, each once
  std::vector<Key> settled;      ///< objects that need not be asked about any more, sorted
};

/// Ties, thin events, lists cut short, and orphans whose relative no event told. Only of accounts
/// and the mode that count: nothing else can be asked, or would grant anything.
Questions find_questions(const AppliedFacts& facts, const Catalog& catalog, Time now);

/// What derive wants to know of one of these objects. `about`: when the facts changed.
std::optional<Question> question_of(const Need& need, const std::vector<FoundObject>& objects,
                                    Time about, Time now);

/// Brings questions into the order in which they are written.
void sort_questions(std::vector<Question>& questions);

}  // namespace tollgate::entitlements
