// SPDX-License-Identifier: Apache-2.0
// One rebuild: the facts of a moment, a shadow of every table that is computed from them, and what
// differs between the shadow and the truth of that moment. Writers go on undisturbed meanwhile.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include "entitlements/domain/entitlement_rows.hpp"

namespace tollgate::entitlements {

class EntitlementsTransaction;

/// One at a time: nobody waits for another rebuild, which takes as long.
struct RebuildUnderWay : std::runtime_error {
  /// `session`: of the database, for people.
  explicit RebuildUnderWay(const std::string& session)
      : std::runtime_error("another rebuild is under way (" + session +
                           "); one that was killed gives way within a minute") {}
};

struct Compared {
  std::int64_t rows = 0;  ///< in the shadow or in the truth
  std::int64_t differing = 0;
  std::vector<std::string> examples;  ///< ids of some that differ
};

struct Comparison {
  Compared objects;
  Compared owners;     ///< to which user they are bound
  Compared documents;  ///< by their grants
};

/// One thread; members are called in their order here. Throws StoreAway of entitlements_store.hpp.
class RebuildStore {
 public:
  static constexpr std::size_t examples_max = 10;

  virtual ~RebuildStore() = default;

  /// Makes the empty shadow; from here on nothing that is read changes. The number of facts. After
  /// a failure of any member it begins anew; while its own lost session still lives, which it ends,
  /// that is StoreAway. Throws RebuildUnderWay.
  virtual std::int64_t begin() = 0;
  /// Writes into the shadow; it is never to be committed.
  virtual EntitlementsTransaction& shadow() = 0;

  /// Facts by object; none: all were read.
  virtual std::vector<EventRow> next_facts(std::size_t max) = 0;
  /// The shadow's owners, to be bound: how many, and which. None: all were read.
  virtual std::int64_t count_owners() = 0;
  virtual std::vector<Key> next_owners(std::size_t max) = 0;

  virtual Comparison compare() = 0;

  /// What differs, sorted, at most so many.
  virtual std::vector<Key> differing_objects(std::size_t max) = 0;
  virtual std::vector<Key> differing_owners(std::size_t max) = 0;
  virtual std::vector<std::string> differing_users(std::size_t max) = 0;

  /// Ends the moment: the shadow is gone, and what was deleted since can be cleaned up.
  virtual void end() = 0;
};

}  // namespace tollgate::entitlements
