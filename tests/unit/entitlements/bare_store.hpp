// SPDX-License-Identifier: Apache-2.0
// A store without tables, for tests of what happens around a transaction. What a transaction
// writes is tested with PostgreSQL in tests/integration/entitlements.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "entitlements/entitlements_store.hpp"

namespace tollgate::tests {

/// Knows nothing and keeps nothing; asks whether the offsets may advance.
class BareTransaction final : public entitlements::EntitlementsTransaction {
 public:
  using Advances = std::span<const entitlements::Advance>;
  using Key = entitlements::Key;
  using Keys = std::span<const Key>;
  using Rows = std::vector<entitlements::ObjectRow>;

  explicit BareTransaction(const std::function<bool(Advances)>& may_advance)
      : may_advance_(may_advance) {}

  bool advance(Advances advances) override { return may_advance_(advances); }
  std::vector<entitlements::Recorded> record(const std::vector<entitlements::EventRow>&) override {
    return {};
  }
  std::vector<entitlements::Recorded> record_again(
      const std::vector<entitlements::EventRow>&) override {
    return {};
  }
  void keep(std::span<const entitlements::DeadLetter>) override {}
  void release(std::span<const entitlements::Position>) override {}
  std::vector<entitlements::Link> link(std::span<const entitlements::Link>) override { return {}; }
  std::vector<entitlements::OwnerRow> lock_owners(Keys) override { return {}; }
  std::vector<entitlements::EventRow> find_events(Keys) override { return {}; }
  void write_objects(std::span<const entitlements::ObjectRow* const>) override {}
  std::vector<entitlements::Placement> find_placements(Keys) override { return {}; }
  std::vector<entitlements::Relation> find_relations(Keys) override { return {}; }
  std::vector<entitlements::Placement> await_objects(Keys) override { return {}; }
  void move_objects(std::span<const entitlements::Placement>) override {}
  void write_owners(std::span<const entitlements::OwnerRow>,
                    std::span<const entitlements::Claim>) override {}
  std::vector<std::string> lock_lapsed(Time, std::size_t) override { return {}; }
  std::optional<entitlements::CatalogBatch> take_catalog_batch(std::int64_t, std::size_t) override {
    return std::nullopt;
  }
  void end_catalog_batch(std::int64_t, const entitlements::CatalogBatch&) override {}
  entitlements::LockedUsers lock_users(std::span<const std::string>) override { return {}; }
  std::vector<entitlements::OwnerRow> find_owners(std::span<const std::string>) override {
    return {};
  }
  void write_documents(std::span<const entitlements::DocumentRow>,
                       std::span<const entitlements::HistoryRow>) override {}
  void raise(std::span<const entitlements::Question>, Time) override {}
  void withdraw(Keys) override {}
  void commit() override {}

  Rows find_objects(Keys) override { return {}; }
  Rows find_objects_of(Keys) override { return {}; }
  Rows find_paying_invoices(Keys) override { return {}; }
  Rows find_payments_of(Keys) override { return {}; }

 private:
  const std::function<bool(Advances)>& may_advance_;
};

class BareStore final : public entitlements::EntitlementsStore {
 public:
  explicit BareStore(std::function<bool(BareTransaction::Advances)> may_advance)
      : may_advance_(std::move(may_advance)) {}

  std::vector<entitlements::Advance> positions(const std::string&,
                                               std::span<const std::int32_t> partitions) override {
    std::vector<entitlements::Advance> begin;
    for (const std::int32_t partition : partitions) begin.push_back({partition, 0, 0});
    return begin;
  }
  void keep_plan_names(std::int64_t, std::span<const entitlements::PlanName>) override {}
  std::optional<Time> next_lapse() override { return std::nullopt; }
  entitlements::CatalogProgress register_catalog(std::int64_t) override { return {}; }
  std::unique_ptr<entitlements::EntitlementsTransaction> begin(const std::string&) override {
    return std::make_unique<BareTransaction>(may_advance_);
  }

 private:
  const std::function<bool(BareTransaction::Advances)> may_advance_;
};

}  // namespace tollgate::tests
