// SPDX-License-Identifier: Apache-2.0
// Steps 2 and 3 of the one transaction: what a batch says becomes rows of events, and the newest
// state of every object it speaks of. Which users that touches is write_documents.hpp's.
#pragma once

#include <map>
#include <span>

#include "entitlements/apply/find_kin.hpp"
#include "entitlements/apply/read_records.hpp"
#include "entitlements/apply/reserve_owners.hpp"
#include "entitlements/entitlements_store.hpp"

namespace tollgate::entitlements {

/// Rows as this transaction left them; nobody else can change them before it ends.
using RowsAtHand = std::map<Key, ObjectRow>;

/// An object that the batch speaks of and that may raise or settle a question to Stripe.
struct OpenObject {
  Key key;
  bool was_open = false;   ///< before the batch only Stripe could say what it is, or that it is
  bool cut_short = false;  ///< a list in it has more than the event showed
};

struct AppliedFacts {
  TouchedOwners owners;
  RowsAtHand rows;
  Relatives relatives;                      ///< what the search for owners came by
  std::vector<OpenObject> open;             ///< most objects are not among them
  std::map<Outcome, std::size_t> recorded;  ///< events by outcome
  std::size_t known = 0;                    ///< events that were there already
};

/// What the content of a batch is to the writer.
enum class Reading {
  news,   ///< of the topic; what is known already says nothing
  again,  ///< of the topic, too; what today's normaliser reads otherwise replaces what is stored
  facts,  ///< rows of events, of which the objects know nothing yet
  mend,   ///< rows of events whose objects are not what they should be
};

/// `mended`: objects to be judged anew even if the content does not speak of them: one without any
/// fact is only awaited from then on. Throws what the transaction throws.
AppliedFacts apply_facts(EntitlementsTransaction& transaction, const BatchContent& content,
                         Reading reading = Reading::news, std::span<const Key> mended = {});

}  // namespace tollgate::entitlements
