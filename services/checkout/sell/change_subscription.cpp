// SPDX-License-Identifier: Apache-2.0
#include "checkout/sell/change_subscription.hpp"

#include <utility>

#include "base/uuid.hpp"
#include "checkout/domain/guard.hpp"
#include "checkout/json/stripe_json.hpp"
#include "stripe/digest.hpp"

namespace tollgate::checkout {
namespace {

namespace asio = boost::asio;
using stripe::percent_encoded;

Failure no_such_subscription() {
  return {Fault::not_found, "not_found", "You have no such subscription."};
}

Failure ended() {
  return {Fault::conflict, "subscription_ended", "This subscription has ended: buy a new one."};
}

std::string path_of(const Subscription& subscription) {
  return "/v1/subscriptions/" + percent_encoded(subscription.id);
}

bool has_ended(const Subscription& subscription) {
  return subscription.status == "canceled" || subscription.status == "incomplete_expired";
}

Failure preview_too_old() {
  return {Fault::unprocessable, "preview_too_old",
          "Ask for the price again; it is good for 15 minutes."};
}

}  // namespace

bool is_fresh(std::int64_t proration_date, Time now) {
  const std::int64_t now_s = to_unix_seconds(now);
  // Another process gave it, whose clock may be ahead.
  constexpr std::int64_t ahead_s_max = 60;
  constexpr std::int64_t age_s_max = 15 * 60;
  return proration_date >= now_s - age_s_max && proration_date <= now_s + ahead_s_max;
}

/// A change held against what is there: the item that it is about, and what it becomes.
struct ChangeSubscription::Target {
  Subscription subscription;
  std::string item;
  std::string price_id;
  std::int64_t quantity = 1;
  std::optional<std::int64_t> proration_date;
  bool is_there_already = false;
};

asio::awaitable<Outcome<std::vector<Subscription>>> ChangeSubscription::list(std::string user_id,
                                                                             Deadline until) {
  const std::string customer = co_await selling_.customers.find(user_id);
  auto held = co_await selling_.held.subscriptions(customer, until);
  if (held || !held.error().is_missing) co_return held;
  const auto is_gone =
      co_await selling_.customers.forget_if_gone(std::move(user_id), customer, until);
  if (!is_gone) co_return is_gone.error();
  if (!*is_gone) co_return held;
  co_return std::vector<Subscription>{};  // They went with their customer.
}

asio::awaitable<Outcome<Subscription>> ChangeSubscription::owned(std::string user_id,
                                                                 std::string id, Deadline until) {
  stripe::Form query;
  query.add("expand[0]", "latest_invoice.confirmation_secret");
  const Sent sent = co_await selling_.stripe.get("/v1/subscriptions/" + percent_encoded(id), until,
                                                 std::move(query));
  if (!sent && sent.error().fault == stripe::ApiFault::not_found) co_return no_such_subscription();
  if (!sent) co_return selling_.stripe.in_words(sent.error());
  Subscription subscription = read_subscription(*sent);
  const std::string customer = co_await selling_.customers.find(user_id);
  // The customer decides where there is one: it stays when an operator hands it to another user.
  const bool is_his = customer.empty() ? subscription.planted.user_id == user_id
                                       : subscription.customer == customer;
  if (!is_his) co_return no_such_subscription();
  co_return subscription;
}

asio::awaitable<Outcome<ChangeSubscription::Target>> ChangeSubscription::target(std::string user_id,
                                                                                std::string id,
                                                                                PlanChange change,
                                                                                Deadline until) {
  auto subscription = co_await owned(std::move(user_id), std::move(id), until);
  if (!subscription) co_return subscription.error();
  if (!is_live(*subscription)) co_return ended();
  const Plan* now = plan_of(selling_.catalog, *subscription);
  // Which item is to change is clear only where there is one.
  if (now == nullptr || subscription->items.size() != 1) {
    co_return Failure{Fault::conflict, "not_changeable",
                      "This subscription is not one of the shop's plans alone."};
  }
  const SubscriptionItem& item = subscription->items.front();
  Purchase wanted;
  wanted.plan = change.plan.empty() ? now->id : change.plan;
  wanted.interval = change.interval.empty() ? item.interval : change.interval;
  wanted.quantity = change.quantity.value_or(item.quantity);
  const auto offer = find_offer(selling_.catalog, wanted);
  if (!offer) co_return offer.error();
  auto price_id = co_await selling_.prices.id_of(*offer->price, until);
  if (!price_id) co_return price_id.error();
  Target found;
  found.item = item.id;
  found.price_id = *std::move(price_id);
  found.quantity = wanted.quantity;
  found.proration_date = change.proration_date;
  found.is_there_already = item.price == found.price_id && item.quantity == found.quantity;
  found.subscription = *std::move(subscription);
  co_return found;
}

asio::awaitable<Outcome<ShownPreview>> ChangeSubscription::preview(std::string user_id,
                                                                   std::string id,
                                                                   PlanChange change,
                                                                   Deadline until) {
  const auto found = co_await target(std::move(user_id), std::move(id), std::move(change), until);
  if (!found) co_return found.error();
  const Time now = clock_.now();
  ShownPreview shown;
  shown.proration_date = to_unix_seconds(now);
  stripe::Form form;
  form.add("customer", found->subscription.customer)
      .add("subscription", found->subscription.id)
      .add("subscription_details[items][0][id]", found->item)
      .add("subscription_details[items][0][price]", found->price_id)
      .add("subscription_details[items][0][quantity]", found->quantity)
      .add("subscription_details[proration_behavior]", "always_invoice")
      .add("subscription_details[proration_date]", shown.proration_date);
  // Nothing is stored at Stripe, so a new key each time loses nothing.
  const Sent sent = co_await selling_.stripe.post("/v1/invoices/create_preview", form.text(),
                                                  "preview-" + make_uuid_v7(now), until);
  if (!sent) co_return selling_.stripe.in_words(sent.error());
  shown.preview = read_preview(*sent);
  co_return shown;
}

asio::awaitable<Outcome<Subscription>> ChangeSubscription::change(std::string user_id,
                                                                  std::string id, PlanChange change,
                                                                  Deadline until) {
  if (change.proration_date && !is_fresh(*change.proration_date, clock_.now())) {
    co_return preview_too_old();
  }
  auto found = co_await target(user_id, std::move(id), std::move(change), until);
  if (!found) co_return found.error();
  if (found->is_there_already) co_return std::move(found->subscription);
  Target wanted = *std::move(found);
  stripe::Form form;
  form.add("items[0][id]", wanted.item)
      .add("items[0][price]", wanted.price_id)
      .add("items[0][quantity]", wanted.quantity)
      .add("proration_behavior", "always_invoice")
      // A change that is not paid must not be in force.
      .add("payment_behavior", "pending_if_incomplete");
  if (wanted.proration_date) form.add("proration_date", *wanted.proration_date);
  std::string path = path_of(wanted.subscription);
  co_return co_await post(std::move(user_id), std::move(wanted.subscription), std::move(path),
                          form.text(), until);
}

asio::awaitable<Outcome<Subscription>> ChangeSubscription::cancel(std::string user_id,
                                                                  std::string id, CancelAt at,
                                                                  Deadline until) {
  auto subscription = co_await owned(user_id, std::move(id), until);
  if (!subscription) co_return subscription.error();
  if (has_ended(*subscription)) co_return std::move(*subscription);
  if (at == CancelAt::period_end) {
    if (subscription->cancel_at_period_end) co_return std::move(*subscription);
    stripe::Form form;
    form.add("cancel_at_period_end", true);
    std::string path = path_of(*subscription);
    co_return co_await post(std::move(user_id), *std::move(subscription), std::move(path),
                            form.text(), until);
  }
  // Idempotent by nature, so it needs no attempt.
  const Sent sent = co_await selling_.stripe.remove(path_of(*subscription), until);
  const bool is_gone = !sent && sent.error().fault == stripe::ApiFault::not_found;
  if (!sent && !is_gone) co_return selling_.stripe.in_words(sent.error());
  co_return co_await owned(std::move(user_id), std::move(subscription->id), until);
}

asio::awaitable<Outcome<Subscription>> ChangeSubscription::resume(std::string user_id,
                                                                  std::string id, Deadline until) {
  auto subscription = co_await owned(user_id, id, until);
  if (!subscription) co_return subscription.error();
  if (has_ended(*subscription)) co_return ended();
  const bool was_paused = subscription->status == "paused";
  stripe::Form form;
  std::string path = path_of(*subscription);
  if (subscription->cancel_at_period_end) {
    form.add("cancel_at_period_end", false);
  } else if (subscription->cancel_at) {
    form.add("cancel_at", "");
  } else if (was_paused) {
    path += "/resume";
    form.add("billing_cycle_anchor[type]", "unchanged");
  } else {
    co_return std::move(*subscription);
  }
  auto resumed =
      co_await post(user_id, *std::move(subscription), std::move(path), form.text(), until);
  if (resumed || !was_paused || resumed.error().fault != Fault::stripe_refused) co_return resumed;
  // Another click may have been quicker: Stripe resumes only what is paused.
  auto now = co_await owned(std::move(user_id), std::move(id), until);
  co_return now && now->status != "paused" ? std::move(now) : std::move(resumed);
}

asio::awaitable<Outcome<Subscription>> ChangeSubscription::post(std::string user_id,
                                                                Subscription subscription,
                                                                std::string path, std::string form,
                                                                Deadline until) {
  const std::string request = stripe::sha256_hex(path + '\n' + form);
  auto send = [&](Opened opened) -> asio::awaitable<Outcome<Subscription>> {
    const auto posted =
        co_await selling_.attempts.post(opened.attempt, "change", path, form, until);
    if (!posted) co_return posted.error();
    co_await selling_.attempts.finish(opened.attempt, "done", subscription.id);
    co_return co_await owned(user_id, subscription.id, until);
  };
  NewAttempt wanted{{}, user_id, request, {}};
  co_return co_await selling_.attempts.follow<Subscription>(std::move(wanted), send, until);
}

asio::awaitable<Outcome<std::string>> ChangeSubscription::open_portal(std::string user_id,
                                                                      std::string return_url,
                                                                      Deadline until) {
  if (!is_allowed_redirect(return_url, redirect_origins_)) {
    co_return Failure{Fault::unprocessable, "redirect_not_allowed",
                      "return_url must be a URL of an allowed origin (REDIRECT_ORIGINS)."};
  }
  const std::string customer = co_await selling_.customers.find(user_id);
  if (customer.empty()) {
    co_return Failure{Fault::conflict, "no_customer", "Nothing has been bought yet."};
  }
  auto opened = co_await portal_of(customer, return_url, until);
  if (opened || !opened.error().is_missing) co_return opened;
  const auto is_gone = co_await selling_.customers.forget_if_gone(user_id, customer, until);
  if (!is_gone) co_return is_gone.error();
  if (!*is_gone) co_return opened;
  const auto made = co_await selling_.customers.get_or_create(std::move(user_id), until);
  if (!made) co_return made.error();
  co_return co_await portal_of(*made, std::move(return_url), until);
}

asio::awaitable<Outcome<std::string>> ChangeSubscription::portal_of(std::string customer,
                                                                    std::string return_url,
                                                                    Deadline until) {
  stripe::Form form;
  form.add("customer", customer).add("return_url", return_url);
  // A session is good for one visit, so each click makes one.
  const Sent sent = co_await selling_.stripe.post("/v1/billing_portal/sessions", form.text(),
                                                  "portal-" + make_uuid_v7(clock_.now()), until);
  if (!sent) co_return selling_.stripe.in_words(sent.error());
  co_return read_url(*sent);
}

}  // namespace tollgate::checkout
