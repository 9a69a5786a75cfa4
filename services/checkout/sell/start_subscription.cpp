// SPDX-License-Identifier: Apache-2.0
#include "checkout/sell/start_subscription.hpp"

#include <algorithm>
#include <utility>

#include "checkout/domain/guard.hpp"
#include "checkout/json/stripe_json.hpp"
#include "checkout/sell/cancel_unpaid.hpp"
#include "stripe/digest.hpp"

namespace tollgate::checkout {
namespace {

namespace asio = boost::asio;
using stripe::percent_encoded;

constexpr const char* subscribe_step = "subscribe";
constexpr int looks_max = 3;

Failure declined(std::string code, std::string decline_code, std::string message) {
  Failure failure{Fault::card_declined, std::move(code), std::move(message)};
  failure.decline_code = std::move(decline_code);
  if (failure.code.empty()) failure.code = "card_declined";
  if (failure.detail.empty()) failure.detail = "The card was declined.";
  return failure;
}

bool waits_for_buyer(const std::string& payment_status) {
  return payment_status == "requires_action" || payment_status == "requires_confirmation";
}

/// Only these say that the money did not come; any other status may turn into a payment.
bool is_refused(const std::string& payment_status) {
  return payment_status == "requires_payment_method" || payment_status == "canceled";
}

/// Was it paid for once, whatever became of it later?
bool was_begun(const Subscription& subscription) {
  return subscription.status != "incomplete" && subscription.status != "incomplete_expired";
}

}  // namespace

struct StartSubscription::Order {
  explicit Order(Deadline end) : until(end) {}

  Buyer buyer;
  Deadline until;
  bool was_customer_gone = false;
  Offer offer;
  std::string payment_method;
  std::int64_t trial_days = 0;
  std::vector<std::string> attempts;  ///< of this call: what they made is its own work
};

asio::awaitable<Outcome<StartedSubscription>> StartSubscription::run(std::string user_id,
                                                                     Purchase purchase,
                                                                     std::string client_key,
                                                                     Deadline until) {
  const auto offer = find_offer(selling_.catalog, purchase);
  if (!offer) co_return offer.error();
  Order order{until};
  order.buyer.user_id = user_id;
  order.buyer.request = stripe::sha256_hex(canonical_text("subscription", purchase, *offer));
  order.offer = *offer;
  order.payment_method = std::move(purchase.payment_method);
  NewAttempt wanted{{}, std::move(user_id), order.buyer.request, std::move(client_key)};
  auto take_up_order = [&](Opened opened) { return take_up(order, std::move(opened)); };
  co_return co_await selling_.attempts.follow<StartedSubscription>(std::move(wanted), take_up_order,
                                                                   until);
}

asio::awaitable<Outcome<StartedSubscription>> StartSubscription::take_up(Order& order,
                                                                         Opened opened) {
  const Attempt& attempt = opened.attempt;
  order.attempts.push_back(attempt.id);
  if (opened.how == Opening::finished && attempt.outcome == "declined") {
    co_return declined(attempt.code, attempt.decline_code, {});
  }
  if (opened.how == Opening::finished) {
    co_return co_await conclude(attempt, attempt.object_id, order.until);
  }
  auto started = co_await sell(order, std::move(opened));
  if (started || !started.error().is_missing || order.was_customer_gone) co_return started;
  order.was_customer_gone = true;
  co_return co_await after_missing(selling_, order.buyer, started.error(), order.until);
}

asio::awaitable<Outcome<StartedSubscription>> StartSubscription::sell(Order& order, Opened opened) {
  const Attempt& attempt = opened.attempt;
  auto customer = co_await selling_.customers.get_or_create(order.buyer.user_id, order.until);
  if (!customer) co_return customer.error();
  order.buyer.customer = *std::move(customer);
  order.buyer.attempt = attempt.id;
  // Sent perhaps, before a crash: then what the guard would find may be its own work.
  const bool was_sent = opened.how == Opening::joined &&
                        co_await selling_.attempts.is_pending(attempt, subscribe_step);
  if (was_sent) {
    auto made = co_await selling_.attempts.resume(attempt, subscribe_step, order.until);
    if (!made) co_return made.error();
    if (*made) {
      co_return co_await conclude(attempt, std::move((*made)->object_id), order.until);
    }
    // Gone meanwhile, mostly turned away: nothing was bought, so the guard is asked after all.
  }
  co_return co_await look_and_subscribe(order, attempt);
}

asio::awaitable<Outcome<StartedSubscription>> StartSubscription::look_and_subscribe(
    Order& order, const Attempt& attempt) {
  auto way = co_await clear_the_way(order, attempt);
  if (!way) co_return way.error();
  if (!way->existing.empty()) {
    co_return co_await conclude(attempt, std::move(way->existing), order.until);
  }
  order.trial_days = way->trial_days;
  auto attached = co_await attach(order, attempt);
  if (!attached) co_return attached.error();
  order.payment_method = *std::move(attached);
  auto id = co_await subscribe(order, attempt);
  if (!id) co_return id.error();
  co_return co_await conclude(attempt, *std::move(id), order.until);
}

asio::awaitable<Outcome<StartSubscription::Way>> StartSubscription::clear_the_way(
    Order& order, const Attempt& attempt) {
  for (int number = 0; number < looks_max; ++number) {
    auto way = co_await look(order, attempt);
    if (!way) co_return way.error();
    if (*way) co_return **std::move(way);
  }
  co_return too_much_going_on();
}

asio::awaitable<Outcome<std::optional<StartSubscription::Way>>> StartSubscription::look(
    Order& order, const Attempt& attempt) {
  const auto expired = co_await expire_sessions(order, attempt);
  if (!expired) co_return expired.error();
  // Only now: a session that could no longer be expired was paid, and its subscription shows.
  const auto held = co_await selling_.held.subscriptions(order.buyer.customer, order.until);
  if (!held) co_return held.error();
  const Subscription* in_the_way = blocking(selling_.catalog, *held);
  const bool is_ours =
      in_the_way != nullptr &&
      std::ranges::find(order.attempts, in_the_way->planted.attempt) != order.attempts.end();
  if (is_ours) co_return Way{in_the_way->id};
  if (in_the_way != nullptr) co_return already_subscribed(*in_the_way);
  for (const Subscription* half : incomplete(selling_.catalog, *held)) {
    if (half->planted.request == order.buyer.request) co_return Way{half->id};
    const auto ended = co_await end_incomplete(selling_, half->id, order.until);
    if (!ended) co_return ended.error();
    if (*ended == End::paying) co_return payment_processing(*half);
    if (*ended == End::changed) co_return std::optional<Way>{};
  }
  co_return Way{{}, held->empty() ? order.offer.plan->trial_days : 0};
}

asio::awaitable<Outcome<bool>> StartSubscription::expire_sessions(Order& order,
                                                                  const Attempt& attempt) {
  const auto open = co_await selling_.held.open_sessions(order.buyer.customer, order.until);
  if (!open) co_return open.error();
  for (const Session& session : *open) {
    if (session.mode != "subscription") continue;
    // One that is over by itself shows in the subscriptions, if it was paid.
    const auto ended = co_await end_session(selling_, attempt, session.id, order.until);
    if (!ended) co_return ended.error();
  }
  co_return true;
}

/// The method's id; a token becomes a new one each time it is used, so only the answer counts.
asio::awaitable<Outcome<std::string>> StartSubscription::attach(Order& order,
                                                                const Attempt& attempt) {
  stripe::Form owner;
  owner.add("customer", order.buyer.customer);
  auto attached = co_await selling_.attempts.post(
      attempt, "attach", "/v1/payment_methods/" + percent_encoded(order.payment_method) + "/attach",
      owner.text(), order.until);
  if (!attached) {
    Failure failure = attached.error();
    if (failure.fault == Fault::stripe_refused) {
      failure = {Fault::unprocessable, "payment_method_refused",
                 "This payment method cannot be used: make a new one."};
      failure.is_missing = attached.error().is_missing;
    }
    co_return failure;
  }
  stripe::Form settings;
  settings.add("invoice_settings[default_payment_method]", attached->object_id);
  const auto made_default = co_await selling_.attempts.post(
      attempt, "default", "/v1/customers/" + percent_encoded(order.buyer.customer), settings.text(),
      order.until);
  if (!made_default) co_return made_default.error();
  co_return std::move(attached->object_id);
}

asio::awaitable<Outcome<std::string>> StartSubscription::subscribe(Order& order,
                                                                   const Attempt& attempt) {
  const auto price_id = co_await selling_.prices.id_of(*order.offer.price, order.until);
  if (!price_id) co_return price_id.error();
  std::string form = subscription_form(order.buyer, order.offer, *price_id, order.trial_days,
                                       order.payment_method);
  auto made = co_await selling_.attempts.post(attempt, subscribe_step, "/v1/subscriptions",
                                              std::move(form), order.until);
  if (!made) co_return made.error();
  co_return std::move(made->object_id);
}

/// As it stands at Stripe now: the payment may have gone on since it was made.
asio::awaitable<Outcome<StartedSubscription>> StartSubscription::conclude(Attempt attempt,
                                                                          std::string id,
                                                                          Deadline until) {
  for (int number = 0; number < looks_max; ++number) {
    stripe::Form query;
    query.add("expand[0]", "latest_invoice.confirmation_secret")
        .add("expand[1]", "latest_invoice.payments")
        .add("expand[2]", "pending_setup_intent");
    const Sent sent = co_await selling_.stripe.get("/v1/subscriptions/" + percent_encoded(id),
                                                   until, std::move(query));
    if (!sent) co_return selling_.stripe.in_words(sent.error());
    auto started = co_await judge(attempt, read_subscription(*sent), until);
    if (!started) co_return started.error();
    if (!*started) continue;
    if (!attempt.finished) {
      co_await selling_.attempts.finish(std::move(attempt), "done", std::move(id));
    }
    co_return **std::move(started);
  }
  co_return too_much_going_on();
}

asio::awaitable<Outcome<std::optional<StartedSubscription>>> StartSubscription::judge(
    const Attempt& attempt, Subscription subscription, Deadline until) {
  StartedSubscription started{subscription.id, subscription.status, {}};
  if (is_live(subscription)) {
    started.client_secret = std::move(subscription.setup_secret);
    co_return started;
  }
  // It may have been cancelled since: the purchase was made all the same.
  if (attempt.finished && was_begun(subscription)) co_return started;
  Payment payment;
  if (!subscription.payment_intent.empty()) {
    const Sent sent = co_await selling_.stripe.get(
        "/v1/payment_intents/" + percent_encoded(subscription.payment_intent), until);
    if (!sent) co_return selling_.stripe.in_words(sent.error());
    payment = read_payment(*sent);
  }
  if (subscription.status == "incomplete") {
    if (waits_for_buyer(payment.status)) {
      started.client_secret = std::move(subscription.client_secret);
    }
    if (!is_refused(payment.status)) co_return started;
    // Else it could be paid later by whoever finds its invoice.
    const auto ended = co_await end_incomplete(selling_, std::move(subscription.id), until);
    if (!ended) co_return ended.error();
    if (*ended != End::ended) co_return std::optional<StartedSubscription>{};
  }
  co_return declined(std::move(payment.code), std::move(payment.decline_code),
                     std::move(payment.message));
}

}  // namespace tollgate::checkout
