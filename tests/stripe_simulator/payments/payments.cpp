// SPDX-License-Identifier: Apache-2.0
#include "stripe_simulator/payments/payments.hpp"

#include "stripe_simulator/billing/consequences.hpp"
#include "stripe_simulator/payments/charge_outcomes.hpp"
#include "stripe_simulator/payments/charges.hpp"
#include "stripe_simulator/payments/payment_methods.hpp"
#include "stripe_simulator/payments/payment_shapes.hpp"

namespace tollgate::simulator {
namespace {

// A bank debit takes days; Stripe's test methods settle sooner.
constexpr std::int64_t settling_s = 4 * 24 * 3600;
// docs.stripe.com/payments/place-a-hold-on-a-payment-method: seven days for most cards.
constexpr std::int64_t capture_s = 7 * 24 * 3600;

Json last_error(const std::string& code, const std::string& decline_code, const std::string& charge,
                const std::string& method) {
  const ApiError error = card_error(code, decline_code);
  Json body = Json::object({{"charge", charge.empty() ? Json{} : Json{charge}},
                            {"code", code},
                            {"doc_url", "https://docs.stripe.com/error-codes#" + code},
                            {"message", error.message},
                            {"payment_method", method},
                            {"type", "card_error"}});
  if (!decline_code.empty()) body["decline_code"] = decline_code;
  return body;
}

void decline(World& world, const std::string& intent, const std::string& code,
             const std::string& decline_code) {
  const std::string charge = create_charge(world, intent, "failed", code, decline_code);
  const std::string method = world.get(intent)["payment_method"].text();
  world.change(intent, {}, [&](Json& object) {
    object["status"] = "requires_payment_method";
    object["latest_charge"] = charge;
    object["next_action"] = nullptr;
    object["last_payment_error"] = last_error(code, decline_code, charge, method);
    object["payment_method"] = nullptr;
  });
  world.announce(intent, "payment_intent.payment_failed");
}

/// A method that is kept for later payments is the customer's from now on.
void keep_method(World& world, const Json& intent) {
  const std::string& customer = intent["customer"].text();
  const std::string& method = intent["payment_method"].text();
  if (intent["setup_future_usage"].is_null() || customer.empty()) return;
  const Json* object = world.find("payment_method", method);
  if (object == nullptr || !(*object)["customer"].is_null()) return;
  attach_payment_method(world, method, customer);
}

void hold(World& world, const std::string& intent, const std::string& charge) {
  world.change(intent, {}, [&](Json& object) {
    object["status"] = "requires_capture";
    object["latest_charge"] = charge;
    object["amount_capturable"] = std::as_const(object)["amount"];
    object["next_action"] = nullptr;
    object["last_payment_error"] = nullptr;
  });
  world.announce(intent, "payment_intent.amount_capturable_updated");
  world.schedule({world.now() + capture_s, "expire_capture", intent});
}

void succeed(World& world, const std::string& intent) {
  keep_method(world, Json{world.get(intent)});
  const std::string charge = create_charge(world, intent, "succeeded", {}, {});
  if (world.get(intent)["capture_method"].text() == "manual") return hold(world, intent, charge);
  world.change(intent, {}, [&](Json& object) {
    object["status"] = "succeeded";
    object["latest_charge"] = charge;
    object["amount_received"] = object["amount"];
    object["next_action"] = nullptr;
    object["last_payment_error"] = nullptr;
  });
  world.announce(intent, "payment_intent.succeeded");
}

void begin_settling(World& world, const std::string& intent, bool will_arrive) {
  const std::string charge = create_charge(world, intent, "pending", {}, {});
  world.change(intent, {}, [&](Json& object) {
    object["status"] = "processing";
    object["latest_charge"] = charge;
  });
  world.note(intent, "will_arrive", will_arrive);
  world.announce(intent, "payment_intent.processing");
  world.schedule({world.now() + settling_s, "settle_payment", intent});
}

void ask_buyer(World& world, const std::string& intent) {
  world.change(intent, {}, [](Json& object) {
    object["status"] = "requires_action";
    object["next_action"] =
        Json::object({{"type", "use_stripe_sdk"},
                      {"use_stripe_sdk", Json::object({{"type", "three_d_secure_redirect"}})}});
  });
  world.announce(intent, "payment_intent.requires_action");
}

void decline_as_method_does(World& world, const std::string& intent) {
  const ApiError error = decline_error(world, world.get(intent)["payment_method"].text());
  decline(world, intent, error.code, error.decline_code);
}

}  // namespace

std::string create_payment(World& world, const PaymentOrder& order) {
  return world.create(payment_intent_shape(world, order), "payment_intent.created")["id"].text();
}

void confirm_payment(World& world, const std::string& intent, const Json& payment_method) {
  if (!payment_method.is_null()) {
    const std::string method = resolve_payment_method(world, payment_method.text());
    world.change(intent, {}, [&](Json& object) { object["payment_method"] = method; });
  }
  switch (take_behaviour(world, world.get(intent))) {
    case Behaviour::succeeds: succeed(world, intent); break;
    case Behaviour::declines: decline_as_method_does(world, intent); break;
    case Behaviour::needs_authentication:
    case Behaviour::needs_authentication_once: ask_buyer(world, intent); break;
    case Behaviour::settles: begin_settling(world, intent, true); break;
    case Behaviour::fails_to_settle: begin_settling(world, intent, false); break;
  }
  follow_payment(world, intent);
}

void authenticate_payment(World& world, const std::string& intent, bool passed) {
  const std::string method = world.get(intent)["payment_method"].text();
  if (!passed) {
    decline(world, intent, "payment_intent_authentication_failure", {});
  } else if (decline_of_method(world, method)) {
    decline_as_method_does(world, intent);
  } else {
    note_authentication(world, method);
    succeed(world, intent);
  }
  follow_payment(world, intent);
}

void settle_payment(World& world, const std::string& intent, bool arrived) {
  world.unschedule(intent, "settle_payment");
  const std::string charge = world.get(intent)["latest_charge"].text();
  if (arrived) {
    finish_charge(world, charge, "succeeded");
    world.change(intent, {}, [](Json& object) {
      object["status"] = "succeeded";
      object["amount_received"] = object["amount"];
    });
    world.announce(intent, "payment_intent.succeeded");
  } else {
    finish_charge(world, charge, "failed");
    world.change(intent, {}, [&](Json& object) {
      object["last_payment_error"] = last_error("payment_method_provider_decline", {}, charge,
                                                object["payment_method"].text());
      object["status"] = "requires_payment_method";
      object["payment_method"] = nullptr;
    });
    world.announce(intent, "payment_intent.payment_failed");
  }
  follow_payment(world, intent);
}

void settle_payment_when_due(World& world, const std::string& intent) {
  if (world.get(intent)["status"].text() != "processing") return;
  settle_payment(world, intent, world.notes(intent)["will_arrive"].flag());
}

void capture_payment(World& world, const std::string& intent, std::int64_t amount) {
  world.unschedule(intent, "expire_capture");
  capture_charge(world, world.get(intent)["latest_charge"].text(), amount);
  world.change(intent, {}, [&](Json& object) {
    object["status"] = "succeeded";
    object["amount_capturable"] = 0;
    object["amount_received"] = amount;
  });
  world.announce(intent, "payment_intent.succeeded");
  follow_payment(world, intent);
}

void expire_capture(World& world, const std::string& intent) {
  world.announce(world.get(intent)["latest_charge"].text(), "charge.expired");
  cancel_payment(world, intent, "automatic");
}

bool cancel_payment(World& world, const std::string& intent, const Json& reason) {
  const std::string status = world.get(intent)["status"].text();
  if (status == "succeeded" || status == "canceled" || status == "processing") return false;
  if (status == "requires_capture") {
    world.unschedule(intent, "expire_capture");
    release_charge(world, world.get(intent)["latest_charge"].text());
  }
  world.change(intent, {}, [&](Json& object) {
    object["amount_capturable"] = 0;
    object["status"] = "canceled";
    object["canceled_at"] = world.now();
    object["cancellation_reason"] = reason;
    object["next_action"] = nullptr;
  });
  world.announce(intent, "payment_intent.canceled");
  return true;
}

std::optional<ApiError> decline_of(const World& world, const std::string& intent) {
  const Json& object = world.get(intent);
  const Json& last = object["last_payment_error"];
  if (last.is_null() || object["status"].text() != "requires_payment_method") return std::nullopt;
  ApiError error = card_error(last["code"].text(), last["decline_code"].text());
  error.further["charge"] = last["charge"];
  error.further["payment_intent"] = object;
  return error;
}

}  // namespace tollgate::simulator
