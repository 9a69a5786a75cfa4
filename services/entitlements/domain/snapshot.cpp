// SPDX-License-Identifier: Apache-2.0
#include "entitlements/domain/snapshot.hpp"

#include <string_view>

namespace tollgate::entitlements {
namespace {

using Status = std::string_view;

std::int64_t invoice_progress(Status status) {
  if (status == "open") return 1;
  if (status == "uncollectible") return 2;
  return status == "paid" || status == "void" ? 3 : 0;
}

std::int64_t refund_progress(Status status) {
  if (status == "requires_action") return 1;
  if (status == "succeeded") return 2;
  return status == "failed" || status == "canceled" ? 3 : 0;
}

/// An appeal stands where the first round stood: it begins in a later second than the loss.
std::int64_t dispute_progress(Status status) {
  if (status.ends_with("needs_response")) return 0;
  return status.ends_with("under_review") ? 1 : 2;
}

Stage read(const stripe::Customer& it) {
  // A stub keeps the id alone (https://docs.stripe.com/api/customers/delete).
  const bool stub = it.deleted && it.user_id.empty() && it.email.empty();
  return {.status = {}, .terminal = it.deleted, .deleted = it.deleted, .stub = stub};
}

Stage read(const stripe::Subscription& it) {
  const bool terminal = it.status == "canceled" || it.status == "incomplete_expired";
  return {.status = it.status, .terminal = terminal};
}

Stage read(const stripe::Invoice& it) {
  const bool stub = it.deleted && it.status.empty() && it.customer.empty();
  return {.status = it.status,
          .progress = invoice_progress(it.status),
          .terminal = it.deleted,
          .deleted = it.deleted,
          .stub = stub};
}

Stage read(const stripe::InvoicePayment& it) {
  return {.status = it.status, .progress = it.status == "paid" || it.status == "canceled" ? 1 : 0};
}

Stage read(const stripe::CheckoutSession& it) {
  if (it.status != "complete") return {.status = it.status, .progress = it.status == "expired"};
  const bool unpaid = it.payment_status == "unpaid";
  return {.status = it.status + "/" + it.payment_status, .progress = unpaid ? 1 : 2};
}

/// Only these two are never left; a failed payment may be tried again.
Stage read(const stripe::PaymentIntent& it) {
  const bool final = it.status == "succeeded" || it.status == "canceled";
  return {.status = it.status, .progress = final ? 1 : 0};
}

/// More refunded is further; with nothing refunded yet, a settled charge is further than a pending.
Stage read(const stripe::Charge& it) {
  const bool settled = it.status == "succeeded" || it.status == "failed";
  return {.status = it.status, .progress = 2 * it.amount_refunded.value_or(0) + (settled ? 1 : 0)};
}

Stage read(const stripe::Refund& it) {
  return {.status = it.status, .progress = refund_progress(it.status)};
}

Stage read(const stripe::Dispute& it) {
  return {.status = it.status, .progress = dispute_progress(it.status)};
}

}  // namespace

Stage stage_of(const stripe::Object& object) {
  return std::visit([](const auto& it) { return read(it); }, object);
}

}  // namespace tollgate::entitlements
