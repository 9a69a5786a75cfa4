// SPDX-License-Identifier: Apache-2.0
#include "operator/apply_webhook_endpoint.hpp"

#include <algorithm>
#include <set>
#include <vector>

#include "operator/stripe_objects_json.hpp"

namespace tollgate::operations {
namespace {

// https://docs.stripe.com/api/events/types
constexpr std::string_view event_types[] = {
    "charge.captured",
    "charge.dispute.closed",
    "charge.dispute.created",
    "charge.dispute.funds_reinstated",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.updated",
    "charge.expired",
    "charge.failed",
    "charge.pending",
    "charge.refund.updated",
    "charge.refunded",
    "charge.succeeded",
    "charge.updated",
    "checkout.session.async_payment_failed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.completed",
    "checkout.session.expired",
    "customer.created",
    "customer.deleted",
    "customer.subscription.created",
    "customer.subscription.deleted",
    "customer.subscription.paused",
    "customer.subscription.pending_update_applied",
    "customer.subscription.pending_update_expired",
    "customer.subscription.resumed",
    "customer.subscription.trial_will_end",
    "customer.subscription.updated",
    "customer.updated",
    "invoice.created",
    "invoice.deleted",
    "invoice.finalization_failed",
    "invoice.finalized",
    "invoice.marked_uncollectible",
    "invoice.overdue",
    "invoice.paid",
    "invoice.payment_action_required",
    "invoice.payment_failed",
    "invoice.payment_succeeded",
    "invoice.updated",
    "invoice.voided",
    "invoice_payment.paid",
    "payment_intent.amount_capturable_updated",
    "payment_intent.canceled",
    "payment_intent.created",
    "payment_intent.partially_funded",
    "payment_intent.payment_failed",
    "payment_intent.processing",
    "payment_intent.requires_action",
    "payment_intent.succeeded",
    "price.created",
    "price.deleted",
    "price.updated",
    "product.created",
    "product.deleted",
    "product.updated",
    "refund.created",
    "refund.failed",
    "refund.updated",
};

stripe::Form with_types(stripe::Form form, const std::set<std::string, std::less<>>& types) {
  std::size_t number = 0;
  for (const std::string& type : types) {
    form.add("enabled_events[" + std::to_string(number++) + "]", type);
  }
  return form;
}

/// Of several the one that is in use.
const FoundEndpoint* find_endpoint(const std::vector<FoundEndpoint>& endpoints,
                                   const std::string& url) {
  const FoundEndpoint* found = nullptr;
  for (const FoundEndpoint& endpoint : endpoints) {
    if (endpoint.url != url || endpoint.api_version != stripe::api_version) continue;
    if (found == nullptr || (endpoint.enabled && !found->enabled)) found = &endpoint;
  }
  return found;
}

Applied create(const std::string& url, AskStripe& stripe, const Consent& consent,
               std::ostream& out) {
  const auto types = needed_event_types();
  out << "+ webhook endpoint " << url << ": " << types.size() << " event types, version "
      << stripe::api_version << std::endl;
  if (!consent()) return Applied::withheld;
  stripe::Form form;
  form.add("url", url).add("api_version", stripe::api_version).add("description", "Tollgate");
  form = with_types(std::move(form), {types.begin(), types.end()});
  const FoundEndpoint made = read_endpoint(stripe.post("/v1/webhook_endpoints", form));
  out << "created " << made.id << "; add its secret to STRIPE_WEBHOOK_SECRETS now, Stripe does not "
      << "tell it again:\n"
      << made.secret << std::endl;
  return Applied::done;
}

Applied update(const FoundEndpoint& endpoint, AskStripe& stripe, const Consent& consent,
               std::ostream& out) {
  std::set<std::string, std::less<>> types{endpoint.event_types.begin(),
                                           endpoint.event_types.end()};
  const bool takes_all = types.contains("*");
  const std::size_t before = types.size();
  if (!takes_all) types.insert(needed_event_types().begin(), needed_event_types().end());
  const std::size_t missing = types.size() - before;
  if (missing == 0 && endpoint.enabled) {
    out << "nothing to do: " << endpoint.id << " sends to " << endpoint.url
        << "; if its secret was lost, delete it at Stripe and run this again" << std::endl;
    return Applied::unchanged;
  }
  out << "~ webhook endpoint " << endpoint.id << ": " << missing << " event types more"
      << (endpoint.enabled ? "" : ", disabled -> enabled") << std::endl;
  if (!consent()) return Applied::withheld;
  stripe::Form form = missing > 0 ? with_types({}, types) : stripe::Form{};
  if (!endpoint.enabled) form.add("disabled", false);
  stripe.post("/v1/webhook_endpoints/" + stripe::percent_encoded(endpoint.id), form);
  out << "changed " << endpoint.id << "; its secret is the one it had" << std::endl;
  return Applied::done;
}

}  // namespace

std::span<const std::string_view> needed_event_types() { return event_types; }

Applied apply_webhook_endpoint(const std::string& url, AskStripe& stripe, const Consent& consent,
                               std::ostream& out) {
  std::vector<FoundEndpoint> endpoints;
  for (const std::string& json : stripe.list("/v1/webhook_endpoints", {})) {
    endpoints.push_back(read_endpoint(json));
  }
  for (const FoundEndpoint& other : endpoints) {
    if (other.url != url || other.api_version == stripe::api_version || !other.enabled) continue;
    out << "! " << other.id << " sends to that URL too, in version "
        << (other.api_version.empty() ? "of the account" : other.api_version)
        << "; delete it at Stripe once the pinned one works" << std::endl;
  }
  const FoundEndpoint* found = find_endpoint(endpoints, url);
  return found != nullptr ? update(*found, stripe, consent, out)
                          : create(url, stripe, consent, out);
}

}  // namespace tollgate::operations
