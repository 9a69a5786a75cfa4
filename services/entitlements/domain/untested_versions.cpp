// SPDX-License-Identifier: Apache-2.0
#include "entitlements/domain/untested_versions.hpp"

#include "base/log.hpp"
#include "stripe/normalise/normalise.hpp"

namespace tollgate::entitlements {

UntestedVersions::UntestedVersions(Metrics& metrics)
    : events_(metrics, "tollgate_untested_version_events_total",
              "Events of an API version that the normaliser was not tested with", "api_version",
              versions_max) {}

void UntestedVersions::note(std::span<const EventRow> events) {
  for (const EventRow& event : events) {
    if (event.api_version.empty() || stripe::is_tested_version(event.api_version)) continue;
    events_.of(event.api_version).Increment();
    tell(event);
  }
}

void UntestedVersions::tell(const EventRow& event) {
  if (told_.size() >= versions_max || !told_.insert(event.api_version).second) return;
  log::warning("events of an untested API version come in",
               {{"api_version", event.api_version}, {"event_id", event.key.id}});
}

}  // namespace tollgate::entitlements
