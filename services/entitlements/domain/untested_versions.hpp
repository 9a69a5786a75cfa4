// SPDX-License-Identifier: Apache-2.0
// Whether an endpoint sends events of an API version that the normaliser was not tested with. What
// became of each event is apply_events.hpp's count.
#pragma once

#include <set>
#include <span>
#include <string>

#include "base/metrics.hpp"
#include "entitlements/domain/entitlement_rows.hpp"

namespace tollgate::entitlements {

/// One thread. The metrics outlive it.
class UntestedVersions {
 public:
  /// Further versions are counted as `other`, and are told no more.
  static constexpr std::size_t versions_max = 8;

  explicit UntestedVersions(Metrics& metrics);

  /// Counts events that came with such a version; the first of each version is told in the log.
  /// Thin events and what `resolve` fetched name none.
  void note(std::span<const EventRow> events);

 private:
  void tell(const EventRow& event);

  CounterByLabel events_;
  std::set<std::string, std::less<>> told_;
};

}  // namespace tollgate::entitlements
