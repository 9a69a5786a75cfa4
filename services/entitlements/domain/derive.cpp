// SPDX-License-Identifier: Apache-2.0
#include "entitlements/domain/derive.hpp"

#include <algorithm>
#include <tuple>

#include "entitlements/domain/derive_purchases.hpp"
#include "entitlements/domain/derive_subscriptions.hpp"
#include "entitlements/domain/payments.hpp"

namespace tollgate::entitlements {
namespace {

template <class T, class Key>
void sort_once(std::vector<T>& list, Key key) {
  std::ranges::sort(list, [&](const T& a, const T& b) { return key(a) < key(b); });
  list.erase(std::unique(list.begin(), list.end()), list.end());
}

/// The order of the facts must not show: equal facts give equal texts.
void put_in_order(Derived& derived) {
  std::ranges::sort(derived.entitlements.grants, [](const Grant& a, const Grant& b) {
    return std::tie(b.rank, a.source, a.plan, a.reason, a.features) <
           std::tie(a.rank, b.source, b.plan, b.reason, b.features);
  });
  for (Verdict& verdict : derived.verdicts) {
    sort_once(verdict.facts,
              [](const DecidingFact& it) { return std::tie(it.kind, it.object_id, it.event_id); });
  }
  std::ranges::sort(derived.verdicts, [](const Verdict& a, const Verdict& b) {
    return std::tie(a.source, a.plan, a.reason) < std::tie(b.source, b.plan, b.reason);
  });
  sort_once(derived.alerts, [](const Alert& it) { return std::tie(it.code, it.object_id); });
  sort_once(derived.needs, [](const Need& it) { return std::tie(it.object_id, it.lack, it.kind); });
}

}  // namespace

Derived derive(const UserFacts& facts, const Catalog& catalog) {
  const Payments payments{facts, catalog};
  Derived derived;
  derived.entitlements.catalog_revision = catalog.revision();
  derived.alerts = payments.alerts();
  derive_subscriptions(facts, catalog, payments, derived);
  derive_purchases(facts, catalog, payments, derived);
  put_in_order(derived);
  return derived;
}

}  // namespace tollgate::entitlements
