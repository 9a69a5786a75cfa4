// SPDX-License-Identifier: Apache-2.0
// What the writers of entitlements keep, in the words of their use cases; one transaction holds a
// batch and all that follows from it. Readers of ready documents use document_store.hpp.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "entitlements/domain/entitlement_rows.hpp"
#include "entitlements/domain/fetch.hpp"
#include "entitlements/domain/object_source.hpp"

namespace tollgate::entitlements {

/// Another writer was in the way; nothing happened. Run the transaction again.
struct StoreConflict : std::runtime_error {
  using std::runtime_error::runtime_error;
};
/// Rows of this transaction will be refused however often it is run.
struct StoreRefused : std::runtime_error {
  using std::runtime_error::runtime_error;
};
/// The database does not answer, or not as it should. Wait, then run the transaction again.
struct StoreAway : std::runtime_error {
  using std::runtime_error::runtime_error;
};
/// A newer revision of the catalogue writes: to wait is of no use.
struct StoreOutdated : StoreAway {
  using StoreAway::StoreAway;
};
/// The database answers and cannot do it: its disk is full, a right or a table is missing. Services
/// wait until somebody has mended that; a command says so and ends.
struct StoreUnable : StoreAway {
  using StoreAway::StoreAway;
};
/// A statement took too long; nothing happened. The same with fewer rows may pass.
struct StoreTimedOut : StoreAway {
  using StoreAway::StoreAway;
};
/// The line broke inside the commit: only the offsets tell whether it happened.
struct StoreInDoubt : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// What recording an event did.
struct Recorded {
  std::size_t index = 0;      ///< of the row
  bool replaced = false;      ///< an older rendering of the same event is gone
  std::optional<Key> former;  ///< the object that it told about before, and no longer does
};

/// Users of whom it is known which revision of the catalogue wrote last.
struct LockedUsers {
  std::vector<DocumentRow> documents;
  std::int64_t catalog_revision = 0;  ///< the newest by which any instance writes
};

/// A piece of the way through all users under a new revision of the catalogue.
struct CatalogBatch {
  std::vector<std::string> user_ids;  ///< whose documents are of an older revision, sorted
  std::string last_user_id;           ///< the piece ends with him; empty: there were none left
  std::size_t users = 0;              ///< looked at
};

struct CatalogProgress {
  std::int64_t newest_revision = 0;  ///< that any instance registered
  std::int64_t users_done = 0;       ///< of the revision asked for
  bool done = false;
};

/// Everything happens at commit() or not at all. Any member may throw the four above. Members that
/// lock are called in their order here, so that two writers lock in the same order; the search for
/// owners alone goes to and fro.
class EntitlementsTransaction : public ObjectSource {
 public:
  /// False when another writer moved one of them: this transaction must not be committed.
  virtual bool advance(std::span<const Advance> advances) = 0;

  /// The rows that are new, or that replaced another rendering of the same event; the others were
  /// known. Sorted by key.
  virtual std::vector<Recorded> record(const std::vector<EventRow>& events) = 0;
  /// The same when records are read again: what is stored of an event gives way also to an equal
  /// version that says something else, but never to what cannot be read.
  virtual std::vector<Recorded> record_again(const std::vector<EventRow>& events) = 0;
  virtual void keep(std::span<const DeadLetter> dead_letters) = 0;
  /// Dead letters at these positions can be read by now.
  virtual void release(std::span<const Position> positions) = 0;
  /// The links that were not known. `links` are sorted.
  virtual std::vector<Link> link(std::span<const Link> links) = 0;

  /// Makes rows for owners seen for the first time. `owners` are sorted.
  virtual std::vector<OwnerRow> lock_owners(std::span<const Key> owners) = 0;
  /// Every event with a kind that names one of the objects.
  virtual std::vector<EventRow> find_events(std::span<const Key> object_ids) = 0;
  /// Throws StoreConflict when one was written since it was read (its revision says so). Sorted.
  virtual void write_objects(std::span<const ObjectRow* const> objects) = 0;

  /// Those that there are, in any order.
  virtual std::vector<Placement> find_placements(std::span<const Key> ids) = 0;
  /// What is linked with the objects, whichever of the two names the other.
  virtual std::vector<Relation> find_relations(std::span<const Key> ids) = 0;
  /// Locks the objects, and makes awaited rows of those that there are not. `ids` are sorted.
  virtual std::vector<Placement> await_objects(std::span<const Key> ids) = 0;
  /// Gives objects another owner. Throws StoreConflict like write_objects. Sorted.
  virtual void move_objects(std::span<const Placement> moved) = 0;

  /// `claims`: every user named, for questions about the past.
  virtual void write_owners(std::span<const OwnerRow> owners, std::span<const Claim> claims) = 0;
  /// Users whose answer has ended by then, earliest first. Those that another writer holds are
  /// passed over, so that two instances share the work.
  virtual std::vector<std::string> lock_lapsed(Time now, std::size_t users_max) = 0;
  /// Nothing when another instance has the next piece, or all are done.
  virtual std::optional<CatalogBatch> take_catalog_batch(std::int64_t revision,
                                                         std::size_t users_max) = 0;
  virtual void end_catalog_batch(std::int64_t revision, const CatalogBatch& batch) = 0;

  /// Makes rows for users seen for the first time. `user_ids` are sorted. No instance can register
  /// another revision of the catalogue before this transaction ends.
  virtual LockedUsers lock_users(std::span<const std::string> user_ids) = 0;
  /// All owners bound to one of the users.
  virtual std::vector<OwnerRow> find_owners(std::span<const std::string> user_ids) = 0;
  virtual void write_documents(std::span<const DocumentRow> documents,
                               std::span<const HistoryRow> changes) = 0;

  /// Questions to Stripe: new ones, and those that wait already. Sorted by object and part.
  virtual void raise(std::span<const Question> questions, Time now) = 0;
  /// Nothing need be asked about these objects because of a tie, a thin event or an orphan. Sorted.
  virtual void withdraw(std::span<const Key> objects) = 0;

  virtual void commit() = 0;
};

/// One thread at a time, one transaction at a time.
class EntitlementsStore {
 public:
  virtual ~EntitlementsStore() = default;

  /// Where to read on, 0 for partitions never read. Throws StoreAway.
  virtual std::vector<Advance> positions(const std::string& topic,
                                         std::span<const std::int32_t> partitions) = 0;

  /// For views that people read: in place of those of an older revision. Throws StoreAway.
  virtual void keep_plan_names(std::int64_t revision, std::span<const PlanName> names) = 0;

  /// The first moment at which an answer ends; nothing: none does. Throws StoreAway.
  virtual std::optional<Time> next_lapse() = 0;

  /// From now on instances with an older revision refuse to write. Does nothing when a newer one is
  /// known. Throws StoreAway.
  virtual CatalogProgress register_catalog(std::int64_t revision) = 0;

  /// `topic`: of the records to be applied; empty where there are none. Throws StoreAway.
  virtual std::unique_ptr<EntitlementsTransaction> begin(const std::string& topic) = 0;
};

}  // namespace tollgate::entitlements
