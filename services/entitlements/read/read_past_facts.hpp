// SPDX-License-Identifier: Apache-2.0
// Objects as they were at an earlier time by Stripe's clock: `newest` over what Stripe had said by
// then. Which customer an object belongs to is asked of today: it never changes once it is known.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "entitlements/domain/object_source.hpp"
#include "entitlements/fact_store.hpp"

namespace tollgate::entitlements {

/// Events that one question may read; each is a few kilobytes of memory.
inline constexpr std::size_t past_events_max = 10'000;

/// One question. `reader` outlives it.
class PastFacts final : public ObjectSource {
 public:
  PastFacts(FactReader& reader, Time at) : reader_(reader), at_(at) {}

  std::vector<ObjectRow> find_objects(std::span<const Key> ids) override;
  std::vector<ObjectRow> find_objects_of(std::span<const Key> owners) override;
  std::vector<ObjectRow> find_paying_invoices(std::span<const Key> subscriptions) override;
  std::vector<ObjectRow> find_payments_of(std::span<const Key> invoices) override;

  /// Then what was found is not all: the question cannot be answered.
  [[nodiscard]] bool is_too_much() const { return events_read_ > past_events_max; }

 private:
  std::vector<ObjectRow> rewound(std::vector<ObjectRow> rows);

  FactReader& reader_;
  const Time at_;
  std::size_t events_read_ = 0;
};

}  // namespace tollgate::entitlements
