// SPDX-License-Identifier: Apache-2.0
#include "entitlements/domain/user_facts.hpp"

#include <type_traits>
#include <utility>

namespace tollgate::entitlements {
namespace {

template <class T>
constexpr auto list_of = nullptr;
template <>
constexpr auto list_of<stripe::Subscription> = &UserFacts::subscriptions;
template <>
constexpr auto list_of<stripe::Invoice> = &UserFacts::invoices;
template <>
constexpr auto list_of<stripe::InvoicePayment> = &UserFacts::invoice_payments;
template <>
constexpr auto list_of<stripe::CheckoutSession> = &UserFacts::sessions;
template <>
constexpr auto list_of<stripe::PaymentIntent> = &UserFacts::payment_intents;
template <>
constexpr auto list_of<stripe::Charge> = &UserFacts::charges;
template <>
constexpr auto list_of<stripe::Refund> = &UserFacts::refunds;
template <>
constexpr auto list_of<stripe::Dispute> = &UserFacts::disputes;

}  // namespace

void add(UserFacts& facts, Known<stripe::Object> known) {
  std::visit(
      [&](auto& object) {
        using T = std::decay_t<decltype(object)>;
        if constexpr (!std::is_same_v<T, stripe::Customer>) {
          (facts.*list_of<T>)
              .push_back({std::move(object), std::move(known.account), known.livemode,
                          known.status_since, known.payment_failed_at, known.deleted,
                          std::move(known.event_id)});
        }
      },
      known.object);
}

}  // namespace tollgate::entitlements
