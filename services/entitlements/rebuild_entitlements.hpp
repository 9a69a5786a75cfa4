// SPDX-License-Identifier: Apache-2.0
// Computes objects, bindings and documents anew from the facts alone, and compares: either nothing
// differs, which proves the tables right, or what differs is told and mended.
//
// The comparison is of one moment, in a shadow that nobody else sees; while it lasts, no vacuum can
// clean up what was deleted since. So it ends before what differs is mended, by the writer's own
// function, under its locks and from the facts of then: a service may run beside it, and what it
// wrote meanwhile is not lost but taken into account.
#pragma once

#include <iterator>
#include <ostream>
#include <span>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/progress.hpp"
#include "entitlements/domain/catalog.hpp"
#include "entitlements/entitlements_store.hpp"
#include "entitlements/rebuild_store.hpp"
#include "entitlements/wait_for_database.hpp"

namespace tollgate::entitlements {

enum class Mend { yes, no };

struct RebuildReport {
  std::int64_t facts = 0;
  Comparison compared;
  std::int64_t documents_changed = 0;  ///< by mending
  bool all_mended = false;             ///< nothing that differed is left for another run

  [[nodiscard]] bool nothing_differs() const {
    return compared.objects.differing + compared.owners.differing + compared.documents.differing ==
           0;
  }
};

/// For people.
void write_report(std::ostream& out, const RebuildReport& report, Mend mend);

/// One thread, once. Everything it refers to outlives it.
class RebuildEntitlements {
 public:
  /// What is to be mended is kept in memory, at most so many of each kind: about 200 bytes each.
  static constexpr std::size_t mended_of_kind_max = 500'000;

  RebuildEntitlements(RebuildStore& rebuild, EntitlementsStore& store, const Catalog& catalog,
                      const Clock& clock, std::ostream& progress, Display display,
                      std::size_t mended_max = mended_of_kind_max, Patience patience = {});

  /// A snapshot that is lost is taken anew, a few times. Throws RebuildUnderWay, and StoreAway: at
  /// once where no waiting helps, because the disk is full, a right is missing, a statement takes
  /// too long, or the catalogue is not the newest.
  RebuildReport run(Mend mend);

 private:
  struct Differing {
    std::vector<Key> objects;
    std::vector<Key> owners;
    std::vector<std::string> users;

    [[nodiscard]] bool all_of(const Comparison& compared) const {
      return std::ssize(objects) == compared.objects.differing &&
             std::ssize(owners) == compared.owners.differing &&
             std::ssize(users) == compared.documents.differing;
    }
  };

  Differing compare(RebuildReport& report, Mend mend);
  Differing compare_once(RebuildReport& report, Mend mend);
  std::int64_t take_snapshot();
  void compute_objects(std::int64_t facts);
  void compute_documents();
  Differing collect();
  std::int64_t mend(const Differing& differing);
  template <class Write>
  std::int64_t transact(Write write);

  RebuildStore& rebuild_;
  EntitlementsStore& store_;
  const Catalog& catalog_;
  const Clock& clock_;
  std::ostream& progress_;
  const Display display_;
  const std::size_t mended_max_;
  const Patience patience_;
};

}  // namespace tollgate::entitlements
