// SPDX-License-Identifier: Apache-2.0
#include "checkout/sell/resolve_doubles.hpp"

#include <utility>

#include "base/log.hpp"
#include "checkout/domain/guard.hpp"
#include "checkout/json/stripe_json.hpp"
#include "checkout/sell/cancel_unpaid.hpp"

namespace tollgate::checkout {
namespace {

namespace asio = boost::asio;
using stripe::ApiFault;
using stripe::percent_encoded;

constexpr std::chrono::milliseconds look_interval{2'000};
// Of one look or one giving back; the claim on it lasts longer.
constexpr std::chrono::seconds one_max{25};
constexpr const char* refunded_already = "charge_already_refunded";

std::string path_of(const std::string& subscription) {
  return "/v1/subscriptions/" + percent_encoded(subscription);
}

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
                             "Subscriptions of users who have another one")),
      refunded_(metrics.counter("tollgate_double_purchases_refunded_total",
                                "Those that were ended, and what was paid given back")) {}

asio::awaitable<std::chrono::milliseconds> ResolveDoubles::run_once() {
  const auto checks = co_await store_.claim_checks();
  for (const DoubleCheck& check : checks) co_await look(check);
  if (policy_ == DoublesPolicy::refund) {
    const auto found = co_await store_.claim_unsettled();
    for (const DoublePurchase& each : found) co_await give_back(each);
  }
  co_return look_interval;
}

/// Of one that was found, by what its customer has now.
enum class ResolveDoubles::Standing {
  later,  ///< than the one that is kept
  older,  ///< likewise
  none,   ///< it is the one that is kept, or gone
};

asio::awaitable<void> ResolveDoubles::look(DoubleCheck check) {
  auto held = co_await selling_.held.subscriptions(check.customer_id, Deadline::in(one_max));
  if (!held) co_return;  // Logged where it failed; the claim ends, and the look is due again.
  co_await note_doubles(*std::move(held), check.user_id);
  co_await store_.finish_check(std::move(check));
}

asio::awaitable<void> ResolveDoubles::note_doubles(std::vector<Subscription> held,
                                                   std::string user_id) {
  const Subscription* kept = blocking(selling_.catalog, held);
  for (const Subscription* each : doubles(selling_.catalog, held)) {
    DoublePurchase found{each->id, user_id, kept->id};
    // An older one was in use, for months perhaps: its last payment is not to be given back whole.
    const auto policy = is_later(*each, *kept) ? policy_ : DoublesPolicy::report;
    const bool is_new = co_await store_.note(std::move(found), policy);
    if (!is_new) continue;
    found_.Increment();
    log::error("a user has a second subscription",
               {{"subscription", each->id},
                {"kept", kept->id},
                {"user_id", user_id},
                {"is_left_to_a_person", policy == DoublesPolicy::report}});
  }
}

/// The other one may have ended since it was found, or the two have changed their parts: then it is
/// the other one that is noted here.
asio::awaitable<Outcome<ResolveDoubles::Standing>> ResolveDoubles::standing_of(
    Subscription subscription, std::string user_id, Deadline until) {
  // Ended by us before a crash, or by its user: what was paid is given back all the same.
  if (subscription.status == "canceled") co_return Standing::later;
  auto held = co_await selling_.held.subscriptions(subscription.customer, until);
  if (!held) co_return held.error();
  for (const Subscription* each : doubles(selling_.catalog, *held)) {
    if (each->id != subscription.id) continue;
    const Subscription* kept = blocking(selling_.catalog, *held);
    co_return is_later(*each, *kept) ? Standing::later : Standing::older;
  }
  co_await note_doubles(*std::move(held), std::move(user_id));
  co_return Standing::none;
}

asio::awaitable<void> ResolveDoubles::leave(DoublePurchase found, Standing standing) {
  const bool is_older = standing == Standing::older;
  log::write(is_older ? log::Level::error : log::Level::warning,
             is_older ? "a second subscription is older than the one kept: a person has to decide"
                      : "a second subscription is the one to keep by now, or gone",
             {{"subscription", found.subscription}, {"user_id", found.user_id}});
  co_await store_.settle(std::move(found.subscription),
                         is_older ? DoubleEnd::reported : DoubleEnd::obsolete);
}

asio::awaitable<void> ResolveDoubles::give_back(DoublePurchase found) {
  const Deadline until = Deadline::in(one_max);
  stripe::Form query;
  query.add("expand[0]", "latest_invoice.payments");
  const Sent read =
      co_await selling_.stripe.get(path_of(found.subscription), until, std::move(query));
  if (!read && read.error().fault == ApiFault::not_found) {
    co_return co_await leave(std::move(found), Standing::none);
  }
  if (!read) co_return note_failure(found, read.error());
  Subscription subscription = read_subscription(*read);
  const auto standing = co_await standing_of(subscription, found.user_id, until);
  if (!standing) co_return;  // Logged where it failed; it is due again.
  if (*standing != Standing::later) co_return co_await leave(std::move(found), *standing);
  co_await end_and_refund(std::move(found), std::move(subscription), until);
}

asio::awaitable<void> ResolveDoubles::end_and_refund(DoublePurchase found,
                                                     Subscription subscription, Deadline until) {
  const Sent canceled = co_await selling_.stripe.remove(path_of(found.subscription), until);
  if (!canceled && canceled.error().fault != ApiFault::not_found) {
    co_return note_failure(found, canceled.error());
  }
  const bool is_refunded = co_await refund(found, std::move(subscription), until);
  if (!is_refunded) co_return;
  log::warning("a second subscription was ended and given back",
               {{"subscription", found.subscription}, {"user_id", found.user_id}});
  refunded_.Increment();
  co_await store_.settle(std::move(found.subscription), DoubleEnd::refunded);
}

/// True: of what was paid for it nothing is kept. False: it is due again.
asio::awaitable<bool> ResolveDoubles::refund(DoublePurchase found, Subscription subscription,
                                             Deadline until) {
  if (subscription.payment_intent.empty()) co_return true;
  if (subscription.invoice_status != "paid") {
    // Nothing to give back, unless the money is on its way.
    const auto paying = co_await is_being_paid(selling_, subscription.payment_intent, until);
    co_return paying && !*paying;
  }
  stripe::Form form;
  form.add("payment_intent", subscription.payment_intent)
      .add("reason", "duplicate")
      .add("metadata[user_id]", found.user_id)
      .add("metadata[tollgate_double_of]", found.kept);
  const Sent refunded = co_await selling_.stripe.post("/v1/refunds", form.text(),
                                                      "double-" + found.subscription, until);
  if (refunded || refunded.error().code == refunded_already) co_return true;
  note_failure(found, refunded.error());
  co_return false;
}

}  // namespace tollgate::checkout
