// SPDX-License-Identifier: Apache-2.0
// What the publisher of entitlements.changes reads and notes, and the lock that elects it. Who
// writes the documents uses entitlements_store.hpp.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "entitlements/domain/entitlement_rows.hpp"

namespace tollgate::entitlements {

/// A user's current document, whose version was not published yet.
struct UnpublishedDocument {
  std::string user_id;
  std::string document;
  std::int64_t version = 0;
  std::int64_t catalog_revision = 0;
  ChangeCause because = ChangeCause::event;
  std::string event_id;  ///< empty where no event did it
  Time recorded_at;
};

struct PublishedVersion {
  std::string user_id;
  std::int64_t version = 0;
};

/// How far the topic is behind the documents.
struct Backlog {
  std::int64_t documents = 0;  ///< counted up to `counted_max`
  std::optional<Time> oldest;
};

/// One thread. Any member may throw StoreAway, StoreConflict or StoreInDoubt of
/// entitlements_store.hpp; whoever led does not lead afterwards, unless it was a conflict.
class ChangesStore {
 public:
  static constexpr std::int64_t counted_max = 100'000;

  virtual ~ChangesStore() = default;

  /// Whether this instance is the publisher: it is already, or nobody was. Ask often: the database
  /// takes the lead from an instance that is silent for too long.
  virtual bool lead() = 0;
  virtual void step_down() = 0;

  /// Only for the leader: users behind `after` by the database's order, at most `users_max`.
  virtual std::vector<UnpublishedDocument> find_unpublished(const std::string& after,
                                                            std::size_t users_max) = 0;
  virtual void note_published(std::span<const PublishedVersion> versions) = 0;
  virtual Backlog backlog() = 0;
};

}  // namespace tollgate::entitlements
