// SPDX-License-Identifier: Apache-2.0
#include "checkout/sell/resolve_doubles.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/log.hpp"
#include "checkout/domain/guard.hpp"
#include "checkout/json/stripe_json.hpp"

namespace tollgate::checkout {
namespace {

namespace asio = boost::asio;
using stripe::ApiFault;
using stripe::percent_encoded;

constexpr std::chrono::milliseconds look_interval{2'000};
// Of one look or one giving back; the claim on it lasts longer.
constexpr std::chrono::seconds one_max{25};
constexpr const char* refunded_already = "charge_already_refunded";

/// It stays unsettled, and is tried again.
void note_failure(const DoublePurchase& found, const stripe::ApiFailure& failure) {
  log::write_bounded(log::Level::error, to_string(failure.fault),
                     "a second subscription cannot be given back now",
                     {{"subscription", found.subscription},
                      {"reason", stripe::to_string(failure.fault)},
                      {"code", failure.code}});
}

}  // namespace

ResolveDoubles::ResolveDoubles(Selling& selling, DoublesStore& store, DoublesPolicy policy,
                               Metrics& metrics)
    : selling_(selling),
      store_(store),
      policy_(policy),
      found_(metrics.counter("tollgate_double_purchases_total",
                             "Subscriptions bought by users who had one already")),
      refunded_(metrics.counter("tollgate_double_purchases_refunded_total",
                                "Those that were ended and given back")) {}

asio::awaitable<std::chrono::milliseconds> ResolveDoubles::run_once() {
  const auto checks = co_await store_.claim_checks();
  for (const DoubleCheck& check : checks) co_await look(check);
  if (policy_ == DoublesPolicy::refund) {
    const auto found = co_await store_.claim_unsettled();
    for (const DoublePurchase& each : found) co_await give_back(each);
  }
  co_return look_interval;
}

asio::awaitable<void> ResolveDoubles::look(DoubleCheck check) {
  const auto held = co_await selling_.held.subscriptions(check.customer_id, Deadline::in(one_max));
  if (!held) co_return;  // Logged where it failed; the claim ends, and the look is due again.
  const Subscription* kept = blocking(selling_.catalog, *held);
  for (const Subscription* each : doubles(selling_.catalog, *held)) {
    DoublePurchase found{each->id, check.user_id, kept->id};
    const bool is_new = co_await store_.note(std::move(found), policy_);
    if (!is_new) continue;
    found_.Increment();
    log::error("a user bought a second subscription",
               {{"subscription", each->id}, {"kept", kept->id}, {"user_id", check.user_id}});
  }
  co_await store_.finish_check(std::move(check));
}

/// Its user may have ended the other one since it was found, and then this one is all he has.
asio::awaitable<Outcome<bool>> ResolveDoubles::is_still_double(Subscription subscription,
                                                               Deadline until) {
  // Ended by us before a crash, or by its user: what was paid is given back all the same.
  if (subscription.status == "canceled") co_return true;
  const auto held = co_await selling_.held.subscriptions(subscription.customer, until);
  if (!held) co_return held.error();
  const auto found = doubles(selling_.catalog, *held);
  co_return std::ranges::any_of(
      found, [&](const Subscription* each) { return each->id == subscription.id; });
}

asio::awaitable<void> ResolveDoubles::drop(DoublePurchase found) {
  log::warning("a second subscription is the only one by now, and stays",
               {{"subscription", found.subscription}, {"user_id", found.user_id}});
  co_await store_.settle(std::move(found.subscription), DoubleEnd::obsolete);
}

asio::awaitable<void> ResolveDoubles::give_back(DoublePurchase found) {
  const Deadline until = Deadline::in(one_max);
  const std::string path = "/v1/subscriptions/" + percent_encoded(found.subscription);
  stripe::Form query;
  query.add("expand[0]", "latest_invoice.payments");
  const Sent read = co_await selling_.stripe.get(path, until, std::move(query));
  if (!read && read.error().fault == ApiFault::not_found) co_return co_await drop(std::move(found));
  if (!read) co_return note_failure(found, read.error());
  Subscription subscription = read_subscription(*read);
  const std::string payment = subscription.payment_intent;
  const auto is_double = co_await is_still_double(std::move(subscription), until);
  if (!is_double) co_return;  // Logged where it failed; it is due again.
  if (!*is_double) co_return co_await drop(std::move(found));
  const Sent canceled = co_await selling_.stripe.remove(path, until);
  if (!canceled && canceled.error().fault != ApiFault::not_found) {
    co_return note_failure(found, canceled.error());
  }
  if (!payment.empty()) {
    stripe::Form form;
    form.add("payment_intent", payment)
        .add("reason", "duplicate")
        .add("metadata[user_id]", found.user_id)
        .add("metadata[tollgate_double_of]", found.kept);
    const Sent refunded = co_await selling_.stripe.post("/v1/refunds", form.text(),
                                                        "double-" + found.subscription, until);
    if (!refunded && refunded.error().code != refunded_already) {
      co_return note_failure(found, refunded.error());
    }
  }
  log::warning("a second subscription was ended and given back",
               {{"subscription", found.subscription}, {"user_id", found.user_id}});
  refunded_.Increment();
  co_await store_.settle(std::move(found.subscription), DoubleEnd::refunded);
}

}  // namespace tollgate::checkout
