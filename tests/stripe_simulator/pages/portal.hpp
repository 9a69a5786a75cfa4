// SPDX-License-Identifier: Apache-2.0
// What the customer portal's page shows and does, for the customer of one portal session: it calls
// Stripe's API in the merchant's place, as far as the portal's configuration allows.
#pragma once

#include "http/request.hpp"
#include "http/response.hpp"
#include "stripe_simulator/api/api.hpp"

namespace tollgate::simulator {

class Portal {
 public:
  /// Both outlive it.
  Portal(const World& world, Api& api) : world_(world), api_(api) {}

  /// Customer, subscriptions, invoices, payment methods, plans to change to.
  http::Response show(const std::string& session_id);
  /// `{action, subscription?, price?, payment_method?}`; `action` is cancel, resume, change_plan or
  /// set_card. Answers as show() does.
  http::Response act(const std::string& session_id, const http::Request& request);

 private:
  Outcome<Json> call(std::string_view method, const std::string& path, const std::string& form);
  Outcome<Json> state(const Json& session);
  Outcome<Json> perform(const Json& session, const Json& wanted);
  Outcome<Json> change_subscription(const Json& session, const Json& wanted);
  Outcome<Json> change_plan(const Json& session, const Json& subscription,
                            const std::string& price);
  Outcome<Json> set_card(const std::string& customer, const std::string& method);
  [[nodiscard]] const Json& features_of(const Json& session) const;
  [[nodiscard]] Json plans_of(const Json& session) const;
  [[nodiscard]] Json product_names(const Json& plans, const Json& subscriptions) const;

  const World& world_;
  Api& api_;
};

}  // namespace tollgate::simulator
