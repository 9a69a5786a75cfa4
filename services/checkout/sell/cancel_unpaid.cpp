// SPDX-License-Identifier: Apache-2.0
#include "checkout/sell/cancel_unpaid.hpp"

#include <optional>
#include <utility>

#include "base/uuid.hpp"
#include "checkout/json/stripe_json.hpp"

namespace tollgate::checkout {
namespace {

namespace asio = boost::asio;
using stripe::ApiFault;
using stripe::percent_encoded;

/// Ended: the invoice is void. Changed: Stripe refused, so it is not open any more.
asio::awaitable<Outcome<End>> void_invoice(Selling& selling, Subscription subscription,
                                           Deadline until) {
  if (subscription.latest_invoice.empty() || subscription.invoice_status == "void") {
    co_return End::ended;
  }
  // A second time it is refused, so a new key each time does nothing twice.
  std::string key = "void-" + make_uuid_v7(selling.clock.now());
  const Sent sent = co_await selling.stripe.post(
      "/v1/invoices/" + percent_encoded(subscription.latest_invoice) + "/void", "", std::move(key),
      until);
  if (sent) co_return End::ended;
  if (sent.error().fault == ApiFault::bad_request) co_return End::changed;
  co_return selling.stripe.in_words(sent.error());
}

}  // namespace

asio::awaitable<Outcome<bool>> is_being_paid(Selling& selling, std::string payment_intent,
                                             Deadline until) {
  if (payment_intent.empty()) co_return false;
  const Sent sent =
      co_await selling.stripe.get("/v1/payment_intents/" + percent_encoded(payment_intent), until);
  if (!sent) co_return selling.stripe.in_words(sent.error());
  const Payment payment = read_payment(*sent);
  co_return payment.status == "processing" || payment.status == "succeeded";
}

asio::awaitable<Outcome<End>> end_session(Selling& selling, Attempt attempt, std::string id,
                                          Deadline until) {
  const std::string path = "/v1/checkout/sessions/" + percent_encoded(id);
  const auto expired =
      co_await selling.attempts.post(attempt, "expire-" + id, path + "/expire", "", until);
  if (expired) co_return End::ended;
  if (expired.error().fault != Fault::stripe_refused) co_return expired.error();
  // Refused because it is over, or for a reason that leaves it open to be paid.
  const Sent sent = co_await selling.stripe.get(path, until);
  if (!sent) co_return selling.stripe.in_words(sent.error());
  if (read_session(*sent).status == "open") co_return expired.error();
  co_return End::changed;
}

asio::awaitable<Outcome<End>> end_incomplete(Selling& selling, std::string id, Deadline until) {
  const std::string path = "/v1/subscriptions/" + percent_encoded(id);
  stripe::Form query;
  query.add("expand[0]", "latest_invoice.payments");
  const Sent sent = co_await selling.stripe.get(path, until, std::move(query));
  if (!sent) co_return selling.stripe.in_words(sent.error());
  Subscription subscription = read_subscription(*sent);
  if (subscription.status != "incomplete") co_return End::changed;
  const auto paying = co_await is_being_paid(selling, subscription.payment_intent, until);
  if (!paying) co_return paying.error();
  if (*paying) co_return End::paying;
  auto voided = co_await void_invoice(selling, std::move(subscription), until);
  if (!voided || *voided != End::ended) co_return voided;
  const Sent removed = co_await selling.stripe.remove(path, until);
  // Stripe may have ended it with its invoice.
  if (removed || removed.error().fault == ApiFault::not_found) co_return End::ended;
  co_return selling.stripe.in_words(removed.error());
}

}  // namespace tollgate::checkout
