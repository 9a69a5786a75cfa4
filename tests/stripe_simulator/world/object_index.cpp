// SPDX-License-Identifier: Apache-2.0
#include "stripe_simulator/world/object_index.hpp"

#include <algorithm>

namespace tollgate::simulator {
namespace {

struct Indexed {
  std::string_view kind;
  std::string_view path;
};

// Events have no row: they are made at the highest rate, and found by id and type only.
constexpr Indexed rows[] = {
    {"billing_portal.session", "customer"},
    {"charge", "customer"},
    {"charge", "payment_intent"},
    {"checkout.session", "customer"},
    {"checkout.session", "payment_intent"},
    {"checkout.session", "subscription"},
    {"customer", "email"},
    {"customer", "test_clock"},
    {"dispute", "charge"},
    {"dispute", "payment_intent"},
    {"invoice", "customer"},
    {"invoice", "parent.subscription_details.subscription"},
    {"invoice_payment", "invoice"},
    {"invoice_payment", "payment.payment_intent"},
    {"invoiceitem", "customer"},
    {"invoiceitem", "invoice"},
    {"invoiceitem", "parent.subscription_details.subscription"},
    {"payment_intent", "customer"},
    {"payment_method", "customer"},
    {"price", "lookup_key"},
    {"price", "product"},
    {"product_feature", "product"},
    {"promotion_code", "code"},
    {"promotion_code", "promotion.coupon"},
    {"refund", "charge"},
    {"refund", "payment_intent"},
    {"setup_intent", "customer"},
    {"subscription", "customer"},
};

std::string key_of(std::string_view kind, std::string_view path, std::string_view value) {
  std::string key{kind};
  return key.append(1, '\n').append(path).append(1, '\n').append(value);
}

ObjectIndex::Entries entries_of(const Json& object) {
  ObjectIndex::Entries entries;
  const std::string& kind = object["object"].text();
  for (const Indexed& row : rows) {
    if (row.kind != kind) continue;
    const std::string& value = object.at(row.path).text();
    if (!value.empty()) entries.push_back(key_of(row.kind, row.path, value));
  }
  return entries;
}

}  // namespace

bool ObjectIndex::covers(std::string_view kind, std::string_view path) {
  return std::any_of(std::begin(rows), std::end(rows),
                     [&](const Indexed& row) { return row.kind == kind && row.path == path; });
}

void ObjectIndex::update(std::uint64_t number, const Json& object, Entries& entries) {
  Entries now = entries_of(object);
  if (now == entries) return;
  leave(number, entries);
  for (const std::string& key : now) ids_[key].emplace(number, object["id"].text());
  entries = std::move(now);
}

void ObjectIndex::leave(std::uint64_t number, Entries& entries) {
  for (const std::string& key : entries) {
    const auto found = ids_.find(key);
    if (found == ids_.end()) continue;
    found->second.erase(number);
    if (found->second.empty()) ids_.erase(found);
  }
  entries.clear();
}

std::vector<std::string> ObjectIndex::find(std::string_view kind, std::string_view path,
                                           std::string_view value) const {
  std::vector<std::string> ids;
  const auto found = ids_.find(key_of(kind, path, value));
  if (found == ids_.end()) return ids;
  for (const auto& [number, id] : found->second) ids.push_back(id);
  return ids;
}

}  // namespace tollgate::simulator
