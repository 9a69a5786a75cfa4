// SPDX-License-Identifier: Apache-2.0
#include "entitlements/domain/ownership.hpp"

#include <algorithm>
#include <type_traits>
#include <variant>

namespace tollgate::entitlements {
namespace {

using References = std::vector<std::string>;

References named_by(const stripe::InvoicePayment& it) {
  return {it.invoice, it.payment_intent, it.charge};
}
References named_by(const stripe::CheckoutSession& it) {
  return {it.payment_intent, it.invoice, it.subscription};
}
References named_by(const stripe::PaymentIntent& it) { return {it.latest_charge, it.invoice}; }
References named_by(const stripe::Charge& it) { return {it.payment_intent, it.invoice}; }
References named_by(const stripe::Refund& it) { return {it.charge, it.payment_intent}; }
References named_by(const stripe::Dispute& it) { return {it.charge, it.payment_intent}; }
// Their customers are never left out.
References named_by(const stripe::Customer&) { return {}; }
References named_by(const stripe::Subscription&) { return {}; }
References named_by(const stripe::Invoice&) { return {}; }

template <class T>
std::string customer_named_by(const T& object) {
  if constexpr (std::is_same_v<T, stripe::Customer>) {
    return object.id;
  } else if constexpr (requires { object.customer; }) {
    return object.customer;
  } else {
    return {};
  }
}

}  // namespace

std::string customer_of(const stripe::Object& object) {
  return std::visit([](const auto& it) { return customer_named_by(it); }, object);
}

std::vector<std::string> references_of(const stripe::Object& object) {
  References references = std::visit([](const auto& it) { return named_by(it); }, object);
  std::erase(references, std::string{});
  std::sort(references.begin(), references.end());
  references.erase(std::unique(references.begin(), references.end()), references.end());
  return references;
}

std::string owner_of(const Kinship& kinship) {
  const auto& candidates = kinship.customers.empty() ? kinship.guest_sessions : kinship.customers;
  const auto least = std::min_element(candidates.begin(), candidates.end());
  return least == candidates.end() ? std::string{} : *least;
}

}  // namespace tollgate::entitlements
