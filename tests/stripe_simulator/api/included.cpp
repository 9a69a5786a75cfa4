// SPDX-License-Identifier: Apache-2.0
#include "stripe_simulator/api/included.hpp"

#include "stripe_simulator/api/lists.hpp"
#include "stripe_simulator/billing/invoices.hpp"
#include "stripe_simulator/checkout/checkout_sessions.hpp"

namespace tollgate::simulator {
namespace {

struct Included {
  std::string_view kind;
  std::string_view member;
  Json (*make)(const World& world, const std::string& id);
};

Json line_items(const World& world, const std::string& session) {
  return inline_list("/v1/checkout/sessions/" + session + "/line_items",
                     line_items_of_session(world, session).items());
}

Json payments(const World& world, const std::string& invoice) {
  Json::Array found;
  const std::string& payment = world.notes(invoice)["invoice_payment"].text();
  if (!payment.empty()) found.push_back(world.get(payment));
  return inline_list("/v1/invoice_payments?invoice=" + invoice, std::move(found));
}

Json confirmation_secret(const World& world, const std::string& invoice) {
  const std::string intent = payment_of_invoice(world, invoice);
  if (intent.empty()) return {};
  return Json::object(
      {{"client_secret", world.get(intent)["client_secret"]}, {"type", "payment_intent"}});
}

Json refunds(const World& world, const std::string& charge) {
  Json::Array found;
  const auto ids = world.ids_with("refund", "charge", charge);
  for (auto id = ids.rbegin(); id != ids.rend(); ++id) found.push_back(world.get(*id));
  return inline_list("/v1/charges/" + charge + "/refunds", std::move(found));
}

constexpr Included table[] = {
    {"charge", "refunds", refunds},
    {"checkout.session", "line_items", line_items},
    {"invoice", "confirmation_secret", confirmation_secret},
    {"invoice", "payments", payments},
};

}  // namespace

std::optional<Json> include(const World& world, const Json& object, std::string_view member) {
  for (const Included& row : table) {
    if (row.kind == object["object"].text() && row.member == member) {
      return row.make(world, object["id"].text());
    }
  }
  return std::nullopt;
}

}  // namespace tollgate::simulator
