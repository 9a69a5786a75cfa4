// SPDX-License-Identifier: Apache-2.0
#include "checkout/sell/start_checkout.hpp"

#include <utility>

#include "checkout/domain/guard.hpp"
#include "checkout/json/stripe_json.hpp"
#include "checkout/sell/cancel_unpaid.hpp"
#include "stripe/digest.hpp"

namespace tollgate::checkout {
namespace {

namespace asio = boost::asio;

constexpr int looks_max = 3;
constexpr const char* create_step = "session";

Failure foreign_redirect() {
  return {Fault::unprocessable, "redirect_not_allowed",
          "success_url and cancel_url must be URLs of an allowed origin (REDIRECT_ORIGINS)."};
}

}  // namespace

asio::awaitable<Failure> after_missing(Selling& selling, Buyer buyer, Failure failure,
                                       Deadline until) {
  const auto is_gone = co_await selling.customers.forget_if_gone(std::move(buyer.user_id),
                                                                 std::move(buyer.customer), until);
  if (!is_gone) co_return is_gone.error();
  if (!*is_gone) co_return failure;
  co_return Failure{Fault::customer_gone, "stripe_busy",
                    "Your customer account was deleted meanwhile; ask again."};
}

/// What is wanted, and what was found out on the way.
struct StartCheckout::Order {
  explicit Order(Deadline end) : until(end) {}

  Buyer buyer;
  Deadline until;
  bool was_customer_gone = false;
  Purchase purchase;
  Offer offer;
  std::string price_id;
  std::int64_t trial_days = 0;
  std::vector<Session> open_sessions;
};

asio::awaitable<Outcome<StartedCheckout>> StartCheckout::run(std::string user_id, Purchase purchase,
                                                             std::string client_key,
                                                             Deadline until) {
  const auto offer = find_offer(selling_.catalog, purchase);
  if (!offer) co_return offer.error();
  if (!is_allowed_redirect(purchase.success_url, redirect_origins_) ||
      !is_allowed_redirect(purchase.cancel_url, redirect_origins_)) {
    co_return foreign_redirect();
  }
  Order order{until};
  order.buyer.user_id = user_id;
  order.buyer.request = stripe::sha256_hex(canonical_text("session", purchase, *offer));
  order.purchase = std::move(purchase);
  order.offer = *offer;
  NewAttempt wanted{{}, std::move(user_id), order.buyer.request, std::move(client_key)};
  auto take_up_order = [&](Opened opened) { return take_up(order, std::move(opened)); };
  co_return co_await selling_.attempts.follow<StartedCheckout>(std::move(wanted), take_up_order,
                                                               until);
}

asio::awaitable<Outcome<StartedCheckout>> StartCheckout::take_up(Order& order, Opened opened) {
  if (opened.how == Opening::finished) {
    auto session = co_await read(opened.attempt.object_id, order.until);
    if (!session) co_return session.error();
    co_return StartedCheckout{*std::move(session), false};
  }
  auto started = co_await sell(order, std::move(opened));
  if (started || !started.error().is_missing || order.was_customer_gone) co_return started;
  order.was_customer_gone = true;
  co_return co_await after_missing(selling_, order.buyer, started.error(), order.until);
}

asio::awaitable<Outcome<StartedCheckout>> StartCheckout::sell(Order& order, Opened opened) {
  auto customer = co_await selling_.customers.get_or_create(order.buyer.user_id, order.until);
  if (!customer) co_return customer.error();
  order.buyer.customer = *std::move(customer);
  order.buyer.attempt = opened.attempt.id;
  // Sent perhaps, before a crash: then what is there now may be its work, and must not stop it.
  const bool was_sent = opened.how == Opening::joined &&
                        co_await selling_.attempts.is_pending(opened.attempt, create_step);
  if (was_sent) {
    auto made = co_await selling_.attempts.resume(opened.attempt, create_step, order.until);
    if (!made) co_return made.error();
    if (*made) co_return co_await conclude(order, opened.attempt, **std::move(made));
    // Gone meanwhile, mostly turned away: nothing was bought, so the guard is asked after all.
  }
  co_return co_await look_and_create(order, opened.attempt);
}

asio::awaitable<Outcome<StartedCheckout>> StartCheckout::look_and_create(Order& order,
                                                                         const Attempt& attempt) {
  for (int look = 0; look < looks_max; ++look) {
    const auto clear = co_await clear_the_way(order, attempt);
    if (!clear) co_return clear.error();
    if (!*clear) continue;
    const Session* same = same_request(order.open_sessions, order.buyer.request);
    if (same == nullptr) co_return co_await create(order, attempt);
    co_await selling_.store.save_session(same->id, order.buyer.user_id);
    co_await selling_.attempts.finish(attempt, "done", same->id);
    co_return StartedCheckout{*same, false};
  }
  co_return too_much_going_on();
}

/// False: what is there changed while it was looked at.
asio::awaitable<Outcome<bool>> StartCheckout::clear_the_way(Order& order, const Attempt& attempt) {
  auto open = co_await selling_.held.open_sessions(order.buyer.customer, order.until);
  if (!open) co_return open.error();
  order.open_sessions = *std::move(open);
  if (order.offer.plan == nullptr) co_return true;
  for (const Session& session : order.open_sessions) {
    if (session.mode != "subscription" || session.planted.request == order.buyer.request) continue;
    const auto ended = co_await end_session(selling_, attempt, session.id, order.until);
    if (!ended) co_return ended.error();
    if (*ended == End::changed) co_return false;
  }
  co_return co_await look_at_subscriptions(order);
}

/// Only after the sessions: one that was paid before it could be expired shows here.
asio::awaitable<Outcome<bool>> StartCheckout::look_at_subscriptions(Order& order) {
  const auto held = co_await selling_.held.subscriptions(order.buyer.customer, order.until);
  if (!held) co_return held.error();
  const Subscription* in_the_way = blocking(selling_.catalog, *held);
  if (in_the_way != nullptr) co_return already_subscribed(*in_the_way);
  for (const Subscription* half : incomplete(selling_.catalog, *held)) {
    const auto ended = co_await end_incomplete(selling_, half->id, order.until);
    if (!ended) co_return ended.error();
    if (*ended == End::paying) co_return payment_processing(*half);
    if (*ended == End::changed) co_return false;
  }
  order.trial_days = held->empty() ? order.offer.plan->trial_days : 0;
  auto price_id = co_await selling_.prices.id_of(*order.offer.price, order.until);
  if (!price_id) co_return price_id.error();
  order.price_id = *std::move(price_id);
  co_return true;
}

asio::awaitable<Outcome<StartedCheckout>> StartCheckout::create(Order& order,
                                                                const Attempt& attempt) {
  std::string form = session_form(order.buyer, order.purchase, order.offer, order.price_id,
                                  order.trial_days, choices_);
  auto made = co_await selling_.attempts.post(attempt, create_step, "/v1/checkout/sessions",
                                              std::move(form), order.until);
  if (!made) co_return made.error();
  co_return co_await conclude(order, attempt, *std::move(made));
}

asio::awaitable<Outcome<StartedCheckout>> StartCheckout::conclude(Order& order,
                                                                  const Attempt& attempt,
                                                                  StepResult made) {
  StartedCheckout started{read_session(made.body), true};
  if (made.body.empty()) {
    auto session = co_await read(std::move(made.object_id), order.until);
    if (!session) co_return session.error();
    started.session = *std::move(session);
  }
  co_await selling_.store.save_session(started.session.id, order.buyer.user_id);
  co_await selling_.attempts.finish(attempt, "done", started.session.id);
  co_return started;
}

asio::awaitable<Outcome<Session>> StartCheckout::read(std::string id, Deadline until) {
  const Sent sent =
      co_await selling_.stripe.get("/v1/checkout/sessions/" + stripe::percent_encoded(id), until);
  if (!sent) co_return selling_.stripe.in_words(sent.error());
  co_return read_session(*sent);
}

}  // namespace tollgate::checkout
