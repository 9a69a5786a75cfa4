// SPDX-License-Identifier: Apache-2.0
// Stripe's objects as Tollgate knows them: one plain shape per kind, whatever API version sent it.
// normalise/ makes them from Stripe's JSON; object_json.hpp turns them into stored text and back.
//
// An id or text that Stripe left out or sent as null is empty; a number or time is nothing. Ids may
// name objects never seen. Statuses are kept as Stripe's text because the sets grow. Money is in
// minor units of `currency`. `customer` is the customer's id, or the `acct_` id of
// `customer_account` where Stripe sends only that. `user_id` is the planted `metadata.user_id`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/clock.hpp"

namespace tollgate::stripe {

/// The kinds that say something about access, in the order of the variant `Object`.
enum class ObjectKind {
  customer,
  subscription,
  invoice,
  invoice_payment,
  checkout_session,
  payment_intent,
  charge,
  refund,
  dispute,
};
/// As stored in the column `kind`: `customer`, …, `checkout_session`.
std::string_view to_string(ObjectKind kind);
std::optional<ObjectKind> parse_object_kind(std::string_view text);
/// By the name in Stripe's member `object` (`checkout.session`) or a thin event's
/// `related_object.type`; nothing for objects that say nothing about access.
std::optional<ObjectKind> object_kind_of(std::string_view stripe_name);

using Money = std::optional<std::int64_t>;

struct Customer {
  std::string id;
  std::string user_id;
  std::string email;     ///< for people to read; never to match users by
  bool deleted = false;  ///< a stub of a deleted customer holds the id and this alone
  bool operator==(const Customer&) const = default;
};

struct SubscriptionItem {
  std::string id;
  std::string price;                     ///< `price.id`, else `plan.id`
  std::string product;                   ///< `price.product`, else `plan.product`
  std::string lookup_key;                ///< `price.lookup_key`
  std::optional<std::int64_t> quantity;  ///< nothing for metered prices
  std::optional<Time> period_start;      ///< the item's own, else the subscription's (before basil)
  std::optional<Time> period_end;
  bool operator==(const SubscriptionItem&) const = default;
};

struct Subscription {
  std::string id;
  std::string customer;
  std::string status;
  std::vector<SubscriptionItem> items;  ///< in Stripe's order; at most the 10 that events inline
  bool items_truncated = false;         ///< `items.has_more`: the rest must be fetched
  std::optional<Time> cancel_at;        ///< as sent; with cancel_at_period_end it may be missing
  bool cancel_at_period_end = false;
  std::optional<Time> canceled_at;  ///< when the cancellation was asked for, not its effect
  std::optional<Time> ended_at;     ///< when it really ended
  std::optional<Time> trial_start;  ///< stays after the trial
  std::optional<Time> trial_end;
  std::string latest_invoice;
  bool collection_paused = false;  ///< `pause_collection` is not null; the status stays `active`
  std::string user_id;
  std::optional<Time> created;
  bool operator==(const Subscription&) const = default;
};

struct Invoice {
  std::string id;
  std::string customer;
  std::string subscription;    ///< `parent.subscription_details`, old `subscription`, else a line's
  std::string status;          ///< `paid` is the only test of being paid
  std::string billing_reason;  ///< `subscription_create`, `subscription_cycle`, `manual`, …
  std::vector<std::string> payment_intents;  ///< sorted; the old field and `payments`; events since
                                             ///< basil hold none, InvoicePayment is the link
  std::vector<std::string> charges;          ///< likewise
  std::string user_id;  ///< of the subscription, as the invoice or its subscription lines copy it
  std::optional<Time> paid_through;  ///< latest period end of the subscription's lines of
                                     ///< amount >= 0; holds only once the status is `paid`
  bool lines_truncated = false;      ///< `lines.has_more`: paid_through may be too early
  std::int64_t attempt_count = 0;
  std::optional<Time> next_payment_attempt;  ///< nothing: no more automatic tries
  Money amount_due;
  Money amount_paid;
  std::string currency;
  std::optional<Time> created;
  bool deleted = false;  ///< a draft that was deleted
  bool operator==(const Invoice&) const = default;
};

/// Since basil the only link from a payment to its invoice.
struct InvoicePayment {
  std::string id;
  std::string invoice;
  std::string payment_intent;  ///< `payment.payment_intent`
  std::string charge;          ///< `payment.charge`
  std::string status;          ///< `open`, `paid`, `canceled`
  Money amount_paid;           ///< nothing until paid
  std::string currency;
  std::optional<Time> created;
  bool operator==(const InvoicePayment&) const = default;
};

struct LineItem {
  std::string price;
  std::string product;
  std::string lookup_key;
  std::optional<std::int64_t> quantity;
  bool operator==(const LineItem&) const = default;
};

struct CheckoutSession {
  std::string id;
  std::string customer;        ///< empty for guests
  std::string mode;            ///< `payment`, `subscription`, `setup`
  std::string status;          ///< `open`, `complete` (which does not mean paid), `expired`
  std::string payment_status;  ///< `paid`, `unpaid`, `no_payment_required`
  std::string client_reference_id;
  std::string user_id;
  std::string tollgate_items;  ///< `metadata.tollgate_items`: what was bought, `handbook:1,…`
  std::string subscription;
  std::string invoice;
  std::string payment_intent;  ///< payment mode only, once confirmed
  Money amount_total;
  std::string currency;
  std::optional<Time> created;
  std::optional<Time> expires_at;
  bool line_items_known = false;      ///< fetched with `line_items` expanded; events hold none
  bool line_items_truncated = false;  ///< `line_items.has_more`
  std::vector<LineItem> line_items;
  bool operator==(const CheckoutSession&) const = default;
};

struct PaymentIntent {
  std::string id;
  std::string customer;
  std::string status;
  Money amount;
  Money amount_received;
  std::string currency;
  std::string latest_charge;  ///< `latest_charge`, else the first of `charges` (before 2022-11-15)
  std::string invoice;        ///< before basil only
  std::string user_id;        ///< empty on payments of invoices
  std::string tollgate_items;
  std::optional<Time> created;
  bool operator==(const PaymentIntent&) const = default;
};

struct Refund {
  std::string id;
  std::string charge;
  std::string payment_intent;
  std::string customer;  ///< since 2026-07-29 only
  Money amount;
  std::string currency;
  std::string status;  ///< `failed` can follow `succeeded` days later
  std::optional<Time> created;
  bool operator==(const Refund&) const = default;
};

struct Charge {
  std::string id;
  std::string customer;  ///< empty for guests
  std::string payment_intent;
  std::string invoice;  ///< before basil only
  std::string status;
  Money amount;
  Money amount_refunded;
  bool refunded = false;  ///< in full
  bool disputed = false;  ///< stays true after the dispute is won
  std::string currency;
  std::string user_id;
  std::optional<Time> created;
  std::vector<Refund> refunds;     ///< only where an old version inlines them (before 2022-11-15)
  bool refunds_truncated = false;  ///< `refunds.has_more`
  bool operator==(const Charge&) const = default;
};

struct Dispute {
  std::string id;
  std::string charge;
  std::string payment_intent;
  std::string status;  ///< `warning_*`: an inquiry, no money moved
  Money amount;        ///< may differ from the charge's
  std::string currency;
  std::string reason;
  std::optional<Time> created;
  bool operator==(const Dispute&) const = default;
};

/// The index of the alternative is the ObjectKind.
using Object = std::variant<Customer, Subscription, Invoice, InvoicePayment, CheckoutSession,
                            PaymentIntent, Charge, Refund, Dispute>;

/// Whether a list in it has more elements than it holds.
bool is_cut_short(const Object& object);

inline ObjectKind kind_of(const Object& object) { return static_cast<ObjectKind>(object.index()); }

}  // namespace tollgate::stripe
