// SPDX-License-Identifier: Apache-2.0
// The control routes that play the buyer and the bank.
#include "stripe_simulator/api/operation.hpp"
#include "stripe_simulator/checkout/checkout_sessions.hpp"
#include "stripe_simulator/checkout/pay_session.hpp"
#include "stripe_simulator/control/control_answers.hpp"
#include "stripe_simulator/control/control_api.hpp"
#include "stripe_simulator/payments/disputes.hpp"
#include "stripe_simulator/payments/payments.hpp"
#include "stripe_simulator/payments/refunds.hpp"
#include "stripe_simulator/payments/setup_intents.hpp"
#include "stripe_simulator/payments/test_methods.hpp"
#include "stripe_simulator/shop/account.hpp"

namespace tollgate::simulator {
namespace {

Outcome<Json> complete(World& world, const std::string& id, const Json& body) {
  const auto session = find_object(world, "checkout.session", id);
  if (!session) return session;
  const std::string& method = body["payment_method"].text();
  const bool is_known = method.empty() || find_test_method(method) != nullptr ||
                        world.find("payment_method", method) != nullptr;
  if (!is_known) return no_such("PaymentMethod", method, "payment_method");
  return simulator::complete_session(world, id, method);
}

Outcome<Json> abandon(World& world, const std::string& id) {
  const auto session = find_object(world, "checkout.session", id);
  if (!session) return session;
  if (expire_session(world, id)) return world.get(id);
  return invalid({}, {}, "The session is " + (*session)["status"].text() + ", not open.");
}

/// The payment that a completed session waits for.
Outcome<Json> settle(World& world, const std::string& id, bool succeed) {
  const auto session = find_object(world, "checkout.session", id);
  if (!session) return session;
  const std::vector<std::string> intents = world.ids("payment_intent");
  for (const std::string& intent : intents) {
    if (world.notes(intent)["session"].text() != id) continue;
    if (world.get(intent)["status"].text() != "processing") continue;
    settle_payment(world, intent, succeed);
    return world.get(id);
  }
  return invalid({}, {}, "The session waits for no delayed payment.");
}

Outcome<Json> authenticate(World& world, const std::string& id, bool succeed) {
  const bool is_setup = id.starts_with("seti_");
  const auto intent = find_object(world, is_setup ? "setup_intent" : "payment_intent", id);
  if (!intent) return intent;
  const std::string& status = (*intent)["status"].text();
  if (status != "requires_action") {
    return invalid({}, {}, "The intent is " + status + ", not requires_action.");
  }
  // A failure is what was asked for: the intent tells of it.
  if (is_setup) {
    authenticate_setup(world, id, succeed);
  } else {
    authenticate_payment(world, id, succeed);
  }
  return world.get(id);
}

Outcome<Json> plan_charge(World& world, const std::string& customer, const Json& body) {
  const auto found = find_object(world, "customer", customer);
  if (!found) return found;
  const std::string& outcome = body["outcome"].text();
  if (outcome != "succeed" && outcome != "decline" && outcome != "authentication_required") {
    return invalid("outcome", {}, "Send succeed, decline or authentication_required.");
  }
  world.note(customer, "next_charge", outcome);
  return Json::object({{"customer", customer}, {"next_charge", outcome}});
}

Outcome<Json> dispute(World& world, const Json& body) {
  const std::string& intent = body["payment_intent"].text();
  if (intent.empty()) return missing_parameter("payment_intent");
  const std::string& reason = body["reason"].text();
  const auto kind = body["inquiry"].flag() ? DisputeKind::inquiry : DisputeKind::chargeback;
  const auto id =
      simulator::open_dispute(world, intent, reason.empty() ? "fraudulent" : reason, kind);
  if (!id) return id.error();
  return world.get(*id);
}

Outcome<Json> fail(World& world, const std::string& id) {
  const auto refund = find_object(world, "refund", id);
  if (!refund) return refund;
  if (simulator::fail_refund(world, id)) return world.get(id);
  return invalid({}, {}, "The refund has failed already.");
}

}  // namespace

boost::asio::awaitable<http::Response> ControlApi::complete_session(http::Request& request) {
  const auto body = body_of(request, {{"payment_method", Field::Type::text}});
  if (!body) co_return refuse(request, "Send {} or {\"payment_method\": \"pm_card_visa\"}.");
  co_return answer_outcome(complete(parts_.world, request.path_values.at(0), *body));
}

boost::asio::awaitable<http::Response> ControlApi::abandon_session(http::Request& request) {
  if (!body_of(request, {})) co_return refuse(request, "Send {}.");
  co_return answer_outcome(abandon(parts_.world, request.path_values.at(0)));
}

boost::asio::awaitable<http::Response> ControlApi::settle_session(http::Request& request) {
  const auto body = body_of(request, {{"succeed", Field::Type::flag}});
  if (!body || (*body)["succeed"].is_null()) {
    co_return refuse(request, "Send {\"succeed\": true}.");
  }
  const bool succeed = (*body)["succeed"].flag();
  co_return answer_outcome(settle(parts_.world, request.path_values.at(0), succeed));
}

boost::asio::awaitable<http::Response> ControlApi::authenticate_intent(http::Request& request) {
  const auto body = body_of(request, {{"succeed", Field::Type::flag}});
  if (!body || (*body)["succeed"].is_null()) {
    co_return refuse(request, "Send {\"succeed\": true}.");
  }
  const bool succeed = (*body)["succeed"].flag();
  co_return answer_outcome(authenticate(parts_.world, request.path_values.at(0), succeed));
}

boost::asio::awaitable<http::Response> ControlApi::set_next_charge(http::Request& request) {
  const auto body = body_of(request, {{"outcome", Field::Type::text}});
  if (!body) co_return refuse(request, "Send {\"outcome\": \"decline\"}.");
  co_return answer_outcome(plan_charge(parts_.world, request.path_values.at(0), *body));
}

boost::asio::awaitable<http::Response> ControlApi::put_account(http::Request& request) {
  const auto body = body_of(request);
  if (!body) co_return refuse(request, "Send {\"after_last_retry\": \"unpaid\"}.");
  co_return answer_outcome(set_after_last_retry(parts_.world, (*body)["after_last_retry"].text()));
}

boost::asio::awaitable<http::Response> ControlApi::open_dispute(http::Request& request) {
  const auto body = body_of(request, {{"payment_intent", Field::Type::text},
                                      {"reason", Field::Type::text},
                                      {"inquiry", Field::Type::flag}});
  if (!body) {
    co_return refuse(request, "Send {\"payment_intent\": \"pi_…\"}, perhaps reason and inquiry.");
  }
  co_return answer_outcome(dispute(parts_.world, *body));
}

boost::asio::awaitable<http::Response> ControlApi::close_dispute(http::Request& request) {
  const auto body = body_of(request, {{"status", Field::Type::text}});
  if (!body || (*body)["status"].text().empty()) {
    co_return refuse(request, "Send {\"status\": \"won\"}.");
  }
  const std::string& status = (*body)["status"].text();
  co_return answer_outcome(
      simulator::close_dispute(parts_.world, request.path_values.at(0), status));
}

boost::asio::awaitable<http::Response> ControlApi::fail_refund(http::Request& request) {
  if (!body_of(request, {})) co_return refuse(request, "Send {}.");
  co_return answer_outcome(fail(parts_.world, request.path_values.at(0)));
}

}  // namespace tollgate::simulator
