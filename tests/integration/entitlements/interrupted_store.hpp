// SPDX-License-Identifier: Apache-2.0
// The store of a writer, with something that happens before each of its transactions. Writers that
// nothing interrupts are writer.hpp's.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "entitlements/postgres/postgres_entitlements_store.hpp"

namespace tollgate::tests {

class InterruptedStore final : public entitlements::EntitlementsStore {
 public:
  /// `before_begin`: given the number of transactions begun before; may throw.
  InterruptedStore(postgres::ConnectionOptions options, std::function<void(int)> before_begin)
      : store_(entitlements::make_postgres_entitlements_store(std::move(options))),
        before_begin_(std::move(before_begin)) {}

  std::vector<entitlements::Advance> positions(const std::string& topic,
                                               std::span<const std::int32_t> partitions) override {
    return store_->positions(topic, partitions);
  }
  void keep_plan_names(std::int64_t revision,
                       std::span<const entitlements::PlanName> names) override {
    store_->keep_plan_names(revision, names);
  }
  std::optional<Time> next_lapse() override { return store_->next_lapse(); }
  entitlements::CatalogProgress register_catalog(std::int64_t revision) override {
    return store_->register_catalog(revision);
  }
  std::unique_ptr<entitlements::EntitlementsTransaction> begin(const std::string& topic) override {
    before_begin_(begun_++);
    return store_->begin(topic);
  }

  [[nodiscard]] int begun() const { return begun_; }

 private:
  std::unique_ptr<entitlements::EntitlementsStore> store_;
  std::function<void(int)> before_begin_;
  int begun_ = 0;
};

}  // namespace tollgate::tests
