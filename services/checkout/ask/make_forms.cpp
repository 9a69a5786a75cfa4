// SPDX-License-Identifier: Apache-2.0
#include "checkout/ask/make_forms.hpp"

#include "stripe/form.hpp"

namespace tollgate::checkout {
namespace {

using stripe::Form;

/// Metadata stays on the object it is given to: each place that is read later gets its own.
void plant(Form& form, const std::string& place, const Buyer& buyer) {
  form.add(place + "[user_id]", buyer.user_id)
      .add(place + "[tollgate_attempt]", buyer.attempt)
      .add(place + "[tollgate_request]", buyer.request);
}

void add_plan(Form& form, const Buyer& buyer, const Offer& offer, const std::string& price_id,
              std::int64_t trial_days) {
  form.add("line_items[0][price]", price_id).add("line_items[0][quantity]", offer.quantity);
  form.add("metadata[tollgate_plan]", offer.plan->id);
  plant(form, "subscription_data[metadata]", buyer);
  form.add("subscription_data[billing_mode][type]", "flexible");
  if (trial_days > 0) form.add("subscription_data[trial_period_days]", trial_days);
}

void add_line(Form& form, const std::string& line, const Offer::Line& item) {
  const std::string data = line + "[price_data]";
  form.add(data + "[currency]", item.price->currency)
      .add(data + "[unit_amount]", item.price->amount)
      .add(data + "[product_data][name]", item.product->name);
  if (!item.product->description.empty()) {
    form.add(data + "[product_data][description]", item.product->description);
  }
  for (std::size_t i = 0; i < item.product->images.size(); ++i) {
    form.add(data + "[product_data][images][" + std::to_string(i) + "]", item.product->images[i]);
  }
  form.add(data + "[product_data][metadata][tollgate_product]", item.product->id);
  form.add(line + "[quantity]", item.quantity);
}

void add_items(Form& form, const Buyer& buyer, const Offer& offer) {
  for (std::size_t i = 0; i < offer.lines.size(); ++i) {
    add_line(form, "line_items[" + std::to_string(i) + "]", offer.lines[i]);
  }
  form.add("metadata[tollgate_items]", offer.tollgate_items());
  plant(form, "payment_intent_data[metadata]", buyer);
  form.add("payment_intent_data[metadata][tollgate_items]", offer.tollgate_items());
}

void add_list(Form& form, const std::string& name, const std::vector<std::string>& values) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    form.add(name + "[" + std::to_string(i) + "]", values[i]);
  }
}

}  // namespace

std::string session_form(const Buyer& buyer, const Purchase& purchase, const Offer& offer,
                         const std::string& price_id, std::int64_t trial_days,
                         const SessionChoices& choices) {
  Form form;
  form.add("mode", offer.plan == nullptr ? "payment" : "subscription");
  form.add("customer", buyer.customer);
  if (is_reference(buyer.user_id)) form.add("client_reference_id", buyer.user_id);
  plant(form, "metadata", buyer);
  if (offer.plan != nullptr) {
    add_plan(form, buyer, offer, price_id, trial_days);
  } else {
    add_items(form, buyer, offer);
  }
  form.add("allow_promotion_codes", true);
  add_list(form, "allowed_payment_method_types", choices.payment_methods_allowed);
  add_list(form, "excluded_payment_method_types", choices.payment_methods_excluded);
  form.add("success_url", purchase.success_url).add("cancel_url", purchase.cancel_url);
  return form.text();
}

std::string subscription_form(const Buyer& buyer, const Offer& offer, const std::string& price_id,
                              std::int64_t trial_days, const std::string& payment_method) {
  Form form;
  form.add("customer", buyer.customer)
      .add("items[0][price]", price_id)
      .add("items[0][quantity]", offer.quantity)
      .add("default_payment_method", payment_method)
      // The first payment is tried at once; one that fails leaves the subscription incomplete.
      .add("payment_behavior", "allow_incomplete")
      .add("payment_settings[save_default_payment_method]", "on_subscription")
      .add("billing_mode[type]", "flexible");
  if (trial_days > 0) form.add("trial_period_days", trial_days);
  plant(form, "metadata", buyer);
  form.add("expand[0]", "latest_invoice.confirmation_secret")
      .add("expand[1]", "latest_invoice.payments");
  return form.text();
}

}  // namespace tollgate::checkout
