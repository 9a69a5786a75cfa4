// SPDX-License-Identifier: Apache-2.0
#include "stripe_simulator/api/older_requests.hpp"

#include <utility>

namespace tollgate::simulator {
namespace {

/// The member, which is not there any more; null when it was not.
Json take(Json& form, std::string_view name) {
  Json value = std::as_const(form)[name];
  form.erase(name);
  return value;
}

void allow_method_types(Json& form) {
  const Json types = take(form, "payment_method_types");
  if (!types.is_null()) form["allowed_payment_method_types"] = types;
}

/// `now` was a text; on creation the parameter is a time at every version.
void name_type_of_anchor(Json& form) {
  const Json anchor = std::as_const(form)["billing_cycle_anchor"];
  if (anchor.text() != "now" && anchor.text() != "unchanged") return;
  form["billing_cycle_anchor"] = Json::object({{"type", anchor}});
}

void name_type_of_previewed_anchor(Json& form) {
  if (form.has("subscription_details")) name_type_of_anchor(form["subscription_details"]);
}

void rename_ui_mode(Json& form) {
  if (std::as_const(form)["ui_mode"].text() == "hosted") form["ui_mode"] = "hosted_page";
}

void nest_coupon(Json& form) {
  const Json coupon = take(form, "coupon");
  if (coupon.is_null()) return;
  form["promotion"] = Json::object({{"type", "coupon"}, {"coupon", coupon}});
}

void nest_price(Json& form) {
  const Json price = take(form, "price");
  if (!price.is_null()) form["pricing"] = Json::object({{"price", price}});
}

struct Step {
  std::string_view since;  ///< the version that took the old way away
  std::string_view path;   ///< of all operations below it
  void (*apply)(Json& form);
};

// docs.stripe.com/changelog
constexpr Step steps[] = {
    {"2026-09-30", "/v1/payment_intents", allow_method_types},
    {"2026-09-30", "/v1/setup_intents", allow_method_types},
    {"2026-09-30", "/v1/checkout/sessions", allow_method_types},
    {"2026-09-30", "/v1/subscriptions/", name_type_of_anchor},
    {"2026-09-30", "/v1/invoices/create_preview", name_type_of_previewed_anchor},
    {"2026-03-25", "/v1/checkout/sessions", rename_ui_mode},
    {"2025-09-30", "/v1/promotion_codes", nest_coupon},
    {"2025-03-31", "/v1/invoiceitems", nest_price},
};

}  // namespace

Json in_pinned_parameters(Json form, std::string_view path, std::string_view version) {
  const std::string_view date = version.substr(0, version.find('.'));
  if (date.empty() || !form.is_object()) return form;
  for (const Step& step : steps) {
    if (date < step.since && path.starts_with(step.path)) step.apply(form);
  }
  return form;
}

}  // namespace tollgate::simulator
