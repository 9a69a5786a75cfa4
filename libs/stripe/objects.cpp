// SPDX-License-Identifier: Apache-2.0
#include "stripe/objects.hpp"

#include <array>

namespace tollgate::stripe {
namespace {

struct KindName {
  ObjectKind kind;
  std::string_view stored;
  std::string_view stripe;
};
constexpr std::array kind_names{
    KindName{ObjectKind::customer, "customer", "customer"},
    KindName{ObjectKind::subscription, "subscription", "subscription"},
    KindName{ObjectKind::invoice, "invoice", "invoice"},
    KindName{ObjectKind::invoice_payment, "invoice_payment", "invoice_payment"},
    KindName{ObjectKind::checkout_session, "checkout_session", "checkout.session"},
    KindName{ObjectKind::payment_intent, "payment_intent", "payment_intent"},
    KindName{ObjectKind::charge, "charge", "charge"},
    KindName{ObjectKind::refund, "refund", "refund"},
    KindName{ObjectKind::dispute, "dispute", "dispute"},
};
static_assert(kind_names.size() == std::variant_size_v<Object>);

}  // namespace

std::string_view to_string(ObjectKind kind) {
  return kind_names.at(static_cast<std::size_t>(kind)).stored;
}

std::optional<ObjectKind> parse_object_kind(std::string_view text) {
  for (const KindName& name : kind_names) {
    if (name.stored == text) return name.kind;
  }
  return std::nullopt;
}

std::optional<ObjectKind> object_kind_of(std::string_view stripe_name) {
  for (const KindName& name : kind_names) {
    if (name.stripe == stripe_name) return name.kind;
  }
  return std::nullopt;
}

bool is_cut_short(const Object& object) {
  return std::visit(
      [](const auto& it) {
        if constexpr (requires { it.items_truncated; }) return it.items_truncated;
        if constexpr (requires { it.lines_truncated; }) return it.lines_truncated;
        if constexpr (requires { it.line_items_truncated; }) return it.line_items_truncated;
        if constexpr (requires { it.refunds_truncated; }) return it.refunds_truncated;
        return false;
      },
      object);
}

}  // namespace tollgate::stripe
