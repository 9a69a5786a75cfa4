// SPDX-License-Identifier: Apache-2.0
// Steps 2 and 3 of the one transaction: what a batch says becomes rows of events, and the newest
// state of every object it speaks of. Which users that touches is write_documents.hpp's.
#pragma once

#include <map>

#include "entitlements_store.hpp"
#include "read_records.hpp"

namespace tollgate::entitlements {

/// Owners whose facts changed, locked until the end of the transaction.
struct TouchedOwner {
  OwnerRow row;  ///< as it was
  Key cause;     ///< the latest of the events that touched it
  Time caused_at;
};
using TouchedOwners = std::map<Key, TouchedOwner>;

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

/// Throws what the transaction throws.
AppliedFacts apply_facts(EntitlementsTransaction& transaction, const BatchContent& content,
                         Reading reading = Reading::news);

}  // namespace tollgate::entitlements
