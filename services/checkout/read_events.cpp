// SPDX-License-Identifier: Apache-2.0
#include "checkout/read_events.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "stripe/normalise/normalise.hpp"
#include "stripe/object_json.hpp"
#include "stripe/stripe_event.hpp"

namespace tollgate::checkout {
namespace {

constexpr std::array<std::string_view, 9> wanted_types{"checkout.session.completed",
                                                       "checkout.session.async_payment_succeeded",
                                                       "checkout.session.async_payment_failed",
                                                       "checkout.session.expired",
                                                       "customer.created",
                                                       "customer.updated",
                                                       "customer.deleted",
                                                       "customer.subscription.created",
                                                       "customer.subscription.updated"};

std::string status_after(std::string_view type, const stripe::CheckoutSession& session) {
  if (type.ends_with("async_payment_failed")) return "failed";
  if (type.ends_with("expired")) return "expired";
  return session.payment_status == "unpaid" ? "processing" : "paid";
}

void tell(Told& told, std::string_view type, const stripe::CheckoutSession& session) {
  if (session.user_id.empty()) return;  // Not one of ours.
  ToldSession news{session.user_id, session.mode, status_after(type, session),
                   session.subscription};
  if (news.status == "paid" && !session.subscription.empty() && !session.customer.empty()) {
    told.buyers[session.user_id] = session.customer;
  }
  const auto [known, is_new] = told.sessions.try_emplace(session.id, news);
  if (!is_new && rank_of(known->second.status) < rank_of(news.status)) known->second = news;
}

void tell(Told& told, const stripe::StripeEvent& event, const stripe::Customer& customer) {
  if (event.type == "customer.deleted" || customer.deleted) {
    told.deleted[customer.id] = event.id;
  } else if (!customer.user_id.empty()) {
    ToldCustomer news{customer.user_id, event.created ? to_unix_seconds(*event.created) : 0};
    const auto [known, is_new] = told.customers.try_emplace(customer.id, news);
    if (!is_new && known->second.as_of <= news.as_of) known->second = std::move(news);
  }
}

/// Bought anywhere: by a payment link or in the dashboard the user is not named, only the customer.
void tell(Told& told, const stripe::Subscription& subscription) {
  if (subscription.customer.empty()) return;
  told.buying_customers.insert(subscription.customer);
  if (!subscription.user_id.empty()) told.buyers[subscription.user_id] = subscription.customer;
}

/// An update is news where the first payment went through; the many others say nothing here.
bool became_live(std::string_view previous_state, const stripe::Subscription& now) {
  if (previous_state.empty() || now.status == "incomplete") return false;
  const auto before = stripe::object_from_json<stripe::Subscription>(previous_state);
  return before && before->status == "incomplete";
}

template <class T>
void read_as(const std::string& state, auto use) {
  const auto object = stripe::object_from_json<T>(state);
  if (object) use(*object);
}

void read_event(Told& told, const stripe::StripeEvent& event, std::string_view body) {
  const auto normalised = stripe::normalise(event, body);
  if (!normalised || !normalised->kind || normalised->state.empty()) return;
  switch (*normalised->kind) {
    case stripe::ObjectKind::checkout_session:
      read_as<stripe::CheckoutSession>(
          normalised->state, [&](const auto& session) { tell(told, event.type, session); });
      break;
    case stripe::ObjectKind::customer:
      read_as<stripe::Customer>(normalised->state,
                                [&](const auto& customer) { tell(told, event, customer); });
      break;
    case stripe::ObjectKind::subscription:
      read_as<stripe::Subscription>(normalised->state, [&](const auto& subscription) {
        if (event.type != "customer.subscription.updated" ||
            became_live(normalised->previous, subscription)) {
          tell(told, subscription);
        }
      });
      break;
    default: break;
  }
}

}  // namespace

Told read_events(std::span<const kafka::Record> records, bool livemode) {
  constexpr std::string_view prefix = "com.stripe.";
  thread_local stripe::EventScanner scanner;
  Told told;
  for (const kafka::Record& record : records) {
    std::int64_t& next = told.next_offsets[record.partition];
    next = std::max(next, record.offset + 1);
    // The header spares parsing what says nothing here.
    std::string_view type = record.header("ce_type");
    if (!type.starts_with(prefix)) continue;
    type.remove_prefix(prefix.size());
    if (std::ranges::find(wanted_types, type) == wanted_types.end()) continue;
    const auto event = scanner.scan(record.value);
    if (!event || event->livemode != livemode || !event->account.empty()) continue;
    read_event(told, *event, record.value);
  }
  return told;
}

}  // namespace tollgate::checkout
