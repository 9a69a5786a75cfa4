// SPDX-License-Identifier: Apache-2.0
// The stored fields of each kind, listed once for the writer and the reader of object_json.cpp.
// Include objects.hpp for the objects themselves.
//
// Fields stand in the order in which PostgreSQL's jsonb keeps keys: shorter names first, equal
// lengths by their bytes. A unit test fails when a new field stands elsewhere.
#pragma once

#include <concepts>
#include <type_traits>

#include "stripe/objects.hpp"

namespace tollgate::stripe {

template <class T, class Kind>
concept MaybeConst = std::same_as<std::remove_const_t<T>, Kind>;

template <class Visitor, MaybeConst<Customer> T>
void visit_fields(Visitor& visit, T& it) {
  visit("id", it.id);
  visit("email", it.email);
  visit("deleted", it.deleted);
  visit("user_id", it.user_id);
}

template <class Visitor, MaybeConst<SubscriptionItem> T>
void visit_fields(Visitor& visit, T& it) {
  visit("id", it.id);
  visit("price", it.price);
  visit("product", it.product);
  visit("quantity", it.quantity);
  visit("lookup_key", it.lookup_key);
  visit("period_end", it.period_end);
  visit("period_start", it.period_start);
}

template <class Visitor, MaybeConst<Subscription> T>
void visit_fields(Visitor& visit, T& it) {
  visit("id", it.id);
  visit("items", it.items);
  visit("status", it.status);
  visit("created", it.created);
  visit("user_id", it.user_id);
  visit("customer", it.customer);
  visit("ended_at", it.ended_at);
  visit("cancel_at", it.cancel_at);
  visit("trial_end", it.trial_end);
  visit("canceled_at", it.canceled_at);
  visit("trial_start", it.trial_start);
  visit("latest_invoice", it.latest_invoice);
  visit("items_truncated", it.items_truncated);
  visit("collection_paused", it.collection_paused);
  visit("cancel_at_period_end", it.cancel_at_period_end);
}

template <class Visitor, MaybeConst<Invoice> T>
void visit_fields(Visitor& visit, T& it) {
  visit("id", it.id);
  visit("status", it.status);
  visit("charges", it.charges);
  visit("created", it.created);
  visit("deleted", it.deleted);
  visit("user_id", it.user_id);
  visit("currency", it.currency);
  visit("customer", it.customer);
  visit("amount_due", it.amount_due);
  visit("amount_paid", it.amount_paid);
  visit("paid_through", it.paid_through);
  visit("subscription", it.subscription);
  visit("attempt_count", it.attempt_count);
  visit("billing_reason", it.billing_reason);
  visit("lines_truncated", it.lines_truncated);
  visit("payment_intents", it.payment_intents);
  visit("next_payment_attempt", it.next_payment_attempt);
}

template <class Visitor, MaybeConst<InvoicePayment> T>
void visit_fields(Visitor& visit, T& it) {
  visit("id", it.id);
  visit("charge", it.charge);
  visit("status", it.status);
  visit("created", it.created);
  visit("invoice", it.invoice);
  visit("currency", it.currency);
  visit("amount_paid", it.amount_paid);
  visit("payment_intent", it.payment_intent);
}

template <class Visitor, MaybeConst<LineItem> T>
void visit_fields(Visitor& visit, T& it) {
  visit("price", it.price);
  visit("product", it.product);
  visit("quantity", it.quantity);
  visit("lookup_key", it.lookup_key);
}

template <class Visitor, MaybeConst<CheckoutSession> T>
void visit_fields(Visitor& visit, T& it) {
  visit("id", it.id);
  visit("mode", it.mode);
  visit("status", it.status);
  visit("created", it.created);
  visit("invoice", it.invoice);
  visit("user_id", it.user_id);
  visit("currency", it.currency);
  visit("customer", it.customer);
  visit("expires_at", it.expires_at);
  visit("line_items", it.line_items);
  visit("amount_total", it.amount_total);
  visit("subscription", it.subscription);
  visit("payment_intent", it.payment_intent);
  visit("payment_status", it.payment_status);
  visit("tollgate_items", it.tollgate_items);
  visit("line_items_known", it.line_items_known);
  visit("client_reference_id", it.client_reference_id);
  visit("line_items_truncated", it.line_items_truncated);
}

template <class Visitor, MaybeConst<PaymentIntent> T>
void visit_fields(Visitor& visit, T& it) {
  visit("id", it.id);
  visit("amount", it.amount);
  visit("status", it.status);
  visit("created", it.created);
  visit("invoice", it.invoice);
  visit("user_id", it.user_id);
  visit("currency", it.currency);
  visit("customer", it.customer);
  visit("latest_charge", it.latest_charge);
  visit("tollgate_items", it.tollgate_items);
  visit("amount_received", it.amount_received);
}

template <class Visitor, MaybeConst<Refund> T>
void visit_fields(Visitor& visit, T& it) {
  visit("id", it.id);
  visit("amount", it.amount);
  visit("charge", it.charge);
  visit("status", it.status);
  visit("created", it.created);
  visit("currency", it.currency);
  visit("customer", it.customer);
  visit("payment_intent", it.payment_intent);
}

template <class Visitor, MaybeConst<Charge> T>
void visit_fields(Visitor& visit, T& it) {
  visit("id", it.id);
  visit("amount", it.amount);
  visit("status", it.status);
  visit("created", it.created);
  visit("invoice", it.invoice);
  visit("refunds", it.refunds);
  visit("user_id", it.user_id);
  visit("currency", it.currency);
  visit("customer", it.customer);
  visit("disputed", it.disputed);
  visit("refunded", it.refunded);
  visit("payment_intent", it.payment_intent);
  visit("amount_refunded", it.amount_refunded);
  visit("refunds_truncated", it.refunds_truncated);
}

template <class Visitor, MaybeConst<Dispute> T>
void visit_fields(Visitor& visit, T& it) {
  visit("id", it.id);
  visit("amount", it.amount);
  visit("charge", it.charge);
  visit("reason", it.reason);
  visit("status", it.status);
  visit("created", it.created);
  visit("currency", it.currency);
  visit("payment_intent", it.payment_intent);
}

}  // namespace tollgate::stripe
