// SPDX-License-Identifier: Apache-2.0
// Computes objects, bindings and documents anew from the facts alone, and compares: either nothing
// differs, which proves the tables right, or what differs is told and mended.
//
// The comparison is of one moment, in a shadow that nobody else sees. What differs is then mended
// by the writer's own function, under its locks and from the facts of that moment: so a service may
// run beside it, and what it wrote meanwhile is not lost but taken into account.
#pragma once

#include <ostream>
#include <span>

#include "base/clock.hpp"
#include "base/progress.hpp"
#include "catalog.hpp"
#include "entitlements_store.hpp"
#include "rebuild_store.hpp"

namespace tollgate::entitlements {

enum class Mend { yes, no };

struct RebuildReport {
  std::int64_t facts = 0;
  Comparison compared;
  std::int64_t documents_changed = 0;  ///< by mending

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
  RebuildEntitlements(RebuildStore& rebuild, EntitlementsStore& store, const Catalog& catalog,
                      const Clock& clock, std::ostream& progress, Display display);

  /// Throws StoreAway, also when the catalogue is not the newest: then nothing can be compared.
  RebuildReport run(Mend mend);

 private:
  void compute_objects(std::int64_t facts);
  void compute_documents();
  void mend(RebuildReport& report);
  template <class Write>
  std::int64_t transact(Write write);

  RebuildStore& rebuild_;
  EntitlementsStore& store_;
  const Catalog& catalog_;
  const Clock& clock_;
  std::ostream& progress_;
  const Display display_;
};

}  // namespace tollgate::entitlements
